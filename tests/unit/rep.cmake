unit_test(trace play)
unit_test(judge play)
unit_test(verdict play)
foreach(name report report_hostile judge_golden judge_editions draw ruling)
    unit_test(${name} report)
    target_compile_definitions(test_${name} PRIVATE
        GOLDEN="${CMAKE_SOURCE_DIR}/tests/golden")
endforeach()
add_test(NAME golden.report
    COMMAND ${BATS} ${CMAKE_SOURCE_DIR}/tests/golden/report/formats.bats)
set_tests_properties(golden.report PROPERTIES LABELS data TIMEOUT 60)
unit_test(failures report)
target_link_libraries(test_failures PRIVATE play_fix)
target_compile_definitions(test_failures PRIVATE
    GOLDEN="${CMAKE_SOURCE_DIR}/tests/golden")
unit_test(layout lang)
target_compile_definitions(test_layout PRIVATE ROOT="${CMAKE_SOURCE_DIR}")
# Every testable requirement of tier 1 has a scenario, and a fault that breaks it
# where it can be broken, but for those listed.
add_test(NAME golden.coverage
    COMMAND sipladder coverage --catalogue --tier 1
        --allow ${CMAKE_SOURCE_DIR}/tests/golden/report/uncovered.txt)
set_tests_properties(golden.coverage PROPERTIES LABELS data TIMEOUT 60
    ENVIRONMENT "SIPLADDER_SCENARIOS=${CMAKE_SOURCE_DIR}/scenarios")
