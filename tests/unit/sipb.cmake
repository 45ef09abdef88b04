unit_test(tx sip)
unit_test(wire wire)
