# What must be installed, said in one sentence instead of a compiler error.
find_package(PkgConfig)
if(NOT PKG_CONFIG_FOUND)
    message(FATAL_ERROR "sipladder needs pkg-config; run ci/deps to install "
        "everything that is missing.")
endif()

function(need prefix)
    pkg_check_modules(${prefix} IMPORTED_TARGET GLOBAL QUIET ${ARGN})
    if(NOT ${prefix}_FOUND)
        message(FATAL_ERROR "sipladder needs the library \"${ARGN}\", which "
            "pkg-config does not find; run ci/deps to install everything "
            "that is missing.")
    endif()
endfunction()

need(SOFIA sofia-sip-ua>=1.12.11)
need(OPENSSL openssl)
need(PCRE2 libpcre2-8)
need(JANSSON jansson)
need(CURL libcurl>=7.85)
need(XML2 libxml-2.0)
if(BUILD_TESTING)
    need(CMOCKA cmocka)
    find_program(BATS bats)
    if(NOT BATS)
        message(FATAL_ERROR "sipladder's tests need bats; run ci/deps to "
            "install everything that is missing.")
    endif()
endif()
