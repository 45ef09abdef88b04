# The engine on the memory wire and the virtual clock, rule by rule.
add_library(play_fix STATIC unit/play_fix.c unit/play_dev.c)
target_link_libraries(play_fix PUBLIC play PkgConfig::CMOCKA flags)
foreach(name play_order play_take play_guard play_watch play_time play_tx
        play_loss play_impair play_stream play_large play_reuse play_elsewhere play_dialog play_glare play_choice play_say play_break play_end play_chaos)
    unit_test(${name} play_fix)
endforeach()
unit_test(runner play_fix)
unit_test(play_auth play_fix)
unit_test(play_register play_fix)
unit_test(play_challenge play_fix)
