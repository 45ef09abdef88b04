# The language: tests over one compilation fixture.
add_library(lang_fix STATIC unit/lang_fix.c unit/prog_text.c
    unit/prog_text_value.c)
target_link_libraries(lang_fix PUBLIC lang PkgConfig::CMOCKA PRIVATE flags)
target_include_directories(lang_fix PUBLIC unit)
target_compile_definitions(lang_fix PUBLIC ROOT="${CMAKE_SOURCE_DIR}"
    GOLDEN="${CMAKE_SOURCE_DIR}/tests/golden")
unit_test(examples lang_fix)
unit_test(golden lang_fix)
unit_test(catalogue lang_fix)
unit_test(compile lang_fix)
unit_test(editions lang_fix)
unit_test(cond lang_fix)
target_link_libraries(test_cond PRIVATE play)
unit_test(diag base)
unit_test(play_said play_fix)
