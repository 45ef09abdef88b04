# The language: tests over one compilation fixture.
add_library(lang_fix STATIC unit/lang_fix.c)
target_link_libraries(lang_fix PUBLIC lang PkgConfig::CMOCKA PRIVATE flags)
target_include_directories(lang_fix PUBLIC unit)
target_compile_definitions(lang_fix PUBLIC ROOT="${CMAKE_SOURCE_DIR}")
unit_test(examples lang_fix)
unit_test(golden lang_fix)
unit_test(lang_fuzz lang_fix)
