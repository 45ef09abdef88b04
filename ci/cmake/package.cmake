# The Debian package; ci/package makes it.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME sipladder)
set(CPACK_PACKAGE_CONTACT "sipladder <maintainers@sipladder.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION comm)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "SIP conformance test harness
Point sipladder at a SIP phone, PBX or proxy. It plays every other party of a
call by scenarios that read like call flows, and says requirement by
requirement whether the device behaves: does it answer a REFER with 202 and
then NOTIFY the outcome truthfully, and does a 301 lead it to the Contact?

Results are written as text, HTML, TAP, JUnit and JSON.")
include(CPack)
