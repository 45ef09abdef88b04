unit_test(astray play)
unit_test(arena base)
unit_test(timer base)
unit_test(plays report)
