# layer(NAME below...): a static library of harness/NAME whose include path
# holds only its own folder and the folders of the layers below, each under
# its layer's name ("base/str.h").
function(layer name)
    layer_root(${name})
    add_library(${name} STATIC)
    layer_sources(${name} harness/${name})
    target_include_directories(${name} PUBLIC ${CMAKE_BINARY_DIR}/include/${name})
    target_link_libraries(${name} PUBLIC ${ARGN} PRIVATE flags)
endfunction()

# build/include/NAME/NAME -> harness/NAME
function(layer_root name)
    set(root ${CMAKE_BINARY_DIR}/include/${name})
    file(MAKE_DIRECTORY ${root})
    file(CREATE_LINK ${CMAKE_SOURCE_DIR}/harness/${name} ${root}/${name}
        SYMBOLIC)
endfunction()

function(layer_sources target folder)
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.c)
    target_sources(${target} PRIVATE ${sources})
endfunction()
