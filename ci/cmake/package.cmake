# The Debian package: "cpack" in a build folder that was made with
# CMAKE_INSTALL_PREFIX=/usr. The clock of its files is that of the last commit
# (SOURCE_DATE_EPOCH), so that the same sources give the same bytes.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "the sipladder authors <sipladder@example.org>")
