# Any bytes as a text of an author's (tests/fuzz/README.md): the corpus and
# mutations of it as an ordinary test, and the fuzzer itself where the compiler
# has one and SIPLADDER_SANITIZE says fuzzer-no-link.
add_executable(fuzz_lang_replay fuzz/fuzz_lang.c fuzz/fuzz_replay.c)
target_link_libraries(fuzz_lang_replay PRIVATE lang flags)
target_compile_definitions(fuzz_lang_replay PRIVATE ROOT="${CMAKE_SOURCE_DIR}")
file(GLOB_RECURSE fuzz_corpus CONFIGURE_DEPENDS
    ${CMAKE_SOURCE_DIR}/scenarios/*.ladder ${CMAKE_SOURCE_DIR}/scenarios/*.req
    ${CMAKE_SOURCE_DIR}/stubs/*.dut
    ${CMAKE_SOURCE_DIR}/tests/golden/*.ladder
    ${CMAKE_SOURCE_DIR}/tests/golden/*.dut
    ${CMAKE_SOURCE_DIR}/tests/golden/*.req
    ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/*)
add_test(NAME fuzz.lang COMMAND fuzz_lang_replay -n 1500 ${fuzz_corpus})
set_tests_properties(fuzz.lang PROPERTIES LABELS unit TIMEOUT 300)
if(SIPLADDER_SANITIZE MATCHES fuzzer-no-link)
    add_executable(fuzz_lang fuzz/fuzz_lang.c)
    target_link_libraries(fuzz_lang PRIVATE lang flags)
    target_compile_definitions(fuzz_lang PRIVATE ROOT="${CMAKE_SOURCE_DIR}")
    target_link_options(fuzz_lang PRIVATE -fsanitize=fuzzer)
endif()
