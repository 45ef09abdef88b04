# Triggers: what a value is in the text that it stands in.
unit_test(quote base)
