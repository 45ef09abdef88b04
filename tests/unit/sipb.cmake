unit_test(tx sip)
unit_test(dialog sip)
unit_test(message sip)
unit_test(wire wire)
