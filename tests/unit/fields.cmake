unit_test(field_table sip)
unit_test(torture sip)
target_compile_definitions(test_torture PRIVATE
    TORTURE="${CMAKE_CURRENT_SOURCE_DIR}/torture")
