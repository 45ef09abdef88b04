unit_test(field_table sip)
