unit_test(monitor play)
unit_test(monitor_body play)
