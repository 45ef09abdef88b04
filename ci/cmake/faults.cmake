# The names of the faults that devices of ours can be started with, for
# "bites": the stubs' FAULT(two_refer_to, ..) and FAULT_USER_LOST in the
# configurations of proxies become FAULT_NAME("two-refer-to") and so on.
file(GLOB devices CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/ci/devices/*/*.cfg)
set(names "")
foreach(file ${CMAKE_SOURCE_DIR}/stubs/faults.def ${devices})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(STRINGS ${file} rows REGEX "FAULT[(_]")
    foreach(row ${rows})
        if(row MATCHES "^FAULT\\(([a-z0-9_]+),|FAULT_([A-Z0-9_]+)")
            string(TOLOWER "${CMAKE_MATCH_1}${CMAKE_MATCH_2}" name)
            string(REPLACE "_" "-" name "${name}")
            list(APPEND names "FAULT_NAME(\"${name}\")")
        endif()
    endforeach()
endforeach()
list(REMOVE_DUPLICATES names)
list(JOIN names "\n" names)
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/made/fault_names.def
    CONTENT "${names}\n" @ONLY)
target_include_directories(lang PRIVATE ${CMAKE_BINARY_DIR}/made)
