# Any bytes as a message (fuzz_pkt.c): the torture messages and mutations of
# them as an ordinary test, and the fuzzer itself where the compiler has one and
# SIPLADDER_SANITIZE says fuzzer-no-link:
#
#   cmake -G Ninja -B build/fuzz -DCMAKE_C_COMPILER=clang
#       -DCMAKE_BUILD_TYPE=RelWithDebInfo
#       -DSIPLADDER_SANITIZE=address,undefined,fuzzer-no-link
#   cmake --build build/fuzz --target fuzz_pkt
#   build/fuzz/tests/fuzz_pkt -max_len=4096 -max_total_time=600
#       -dict=tests/fuzz/pkt.dict build/fuzz/found tests/torture
#
# What it finds goes into corpus_pkt/, with the repair.
add_executable(fuzz_pkt_replay fuzz/fuzz_pkt.c fuzz/replay.c)
target_link_libraries(fuzz_pkt_replay PRIVATE sip flags)
target_include_directories(fuzz_pkt_replay PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
file(GLOB fuzz_pkt_corpus CONFIGURE_DEPENDS
    ${CMAKE_CURRENT_SOURCE_DIR}/torture/*.msg
    ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/corpus_pkt/*)
add_test(NAME fuzz.pkt COMMAND fuzz_pkt_replay -n 1000 ${fuzz_pkt_corpus})
set_tests_properties(fuzz.pkt PROPERTIES LABELS unit TIMEOUT 300)
if(SIPLADDER_SANITIZE MATCHES fuzzer-no-link)
    add_executable(fuzz_pkt fuzz/fuzz_pkt.c)
    target_link_libraries(fuzz_pkt PRIVATE sip flags)
    target_link_options(fuzz_pkt PRIVATE -fsanitize=fuzzer)
endif()
