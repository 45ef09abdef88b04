# One interface library carries warnings, hardening and sanitizers.
add_library(flags INTERFACE)
target_compile_options(flags INTERFACE
    -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
    -Wold-style-definition -Wformat=2 -Wvla -Wundef -Wwrite-strings
    -Wimplicit-fallthrough
    -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.
    -ffile-prefix-map=${CMAKE_BINARY_DIR}=build)
target_compile_definitions(flags INTERFACE _GNU_SOURCE)
if(SIPLADDER_WERROR)
    target_compile_options(flags INTERFACE -Werror)
endif()
if(SIPLADDER_SANITIZE)
    target_compile_options(flags INTERFACE
        -fsanitize=${SIPLADDER_SANITIZE} -fno-sanitize-recover=all
        -fno-omit-frame-pointer)
    target_link_options(flags INTERFACE -fsanitize=${SIPLADDER_SANITIZE})
endif()
if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
    target_compile_options(flags INTERFACE
        -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong)
    # the link compiles once more, and would name its folder in the build id
    target_link_options(flags INTERFACE -Wl,-z,relro,-z,now
        -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.
        -ffile-prefix-map=${CMAKE_BINARY_DIR}=build)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
