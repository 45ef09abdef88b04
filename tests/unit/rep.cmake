unit_test(trace play)
unit_test(judge play)
unit_test(verdict play)
