unit_test(field_table sip)
unit_test(torture sip)
target_compile_definitions(test_torture PRIVATE
    TORTURE="${CMAKE_CURRENT_SOURCE_DIR}/torture")
target_include_directories(test_torture PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
include(${CMAKE_CURRENT_SOURCE_DIR}/fuzz/pkt.cmake)
