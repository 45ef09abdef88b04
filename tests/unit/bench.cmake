unit_test(astray play)
