# SPDX-License-Identifier: Apache-2.0
#
# What is loaded into somebody else's process: gRPC and Protobuf static, position-independent and hidden, and
# the link rules of design rule 8 (docs and plugin-api/ABI.md). Headers are always those of the distribution.
#
#   semafoor_host_grpc            gRPC core and C++, c-ares, OpenSSL, abseil, re2, zlib
#   semafoor_host_protobuf        the full Protobuf
#   semafoor_host_protobuf_lite   Protobuf's lite part alone
#   semafoor_host_module(target EXPORT symbol [SONAME name])
include_guard(GLOBAL)

set(SEMAFOOR_HOST_DEPS "" CACHE PATH "Folder made by packaging/deps/build; empty: the one in the cache")
set(_semafoor_host_module_tls "${CMAKE_CURRENT_LIST_DIR}/host_module_tls.c" CACHE INTERNAL "")

function(_semafoor_find_host_deps result)
  set(folder "${SEMAFOOR_HOST_DEPS}")
  if(NOT folder)
    execute_process(COMMAND "${PROJECT_SOURCE_DIR}/packaging/deps/build" --print-dir
                    OUTPUT_VARIABLE folder ERROR_VARIABLE problem RESULT_VARIABLE code
                    OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(NOT code EQUAL 0)
      message(FATAL_ERROR "packaging/deps/build --print-dir failed: ${problem}")
    endif()
  endif()
  if(NOT EXISTS "${folder}/versions.txt")
    message(FATAL_ERROR "The position-independent archives for plugins are not in ${folder}. Run packaging/deps/build "
            "(about five minutes, once), then configure again. It must see the same SEMAFOOR_CACHE or HOME.")
  endif()
  set(${result} "${folder}" PARENT_SCOPE)
endfunction()

# The archives that Debian ships position-independent, by full path: never the shared library of that name.
function(_semafoor_debian_archives result)
  set(found)
  foreach(name IN LISTS ARGN)
    find_library(SEMAFOOR_ARCHIVE_${name} NAMES lib${name}.a)
    mark_as_advanced(SEMAFOOR_ARCHIVE_${name})
    if(NOT SEMAFOOR_ARCHIVE_${name})
      message(FATAL_ERROR "lib${name}.a was not found. Install the packages of packaging/packages-build.txt.")
    endif()
    list(APPEND found "${SEMAFOOR_ARCHIVE_${name}}")
  endforeach()
  set(${result} "${found}" PARENT_SCOPE)
endfunction()

_semafoor_find_host_deps(_deps)
_semafoor_debian_archives(_debian grpc++ grpc gpr upb address_sorting cares ssl crypto)
file(GLOB _absl CONFIGURE_DEPENDS "${_deps}/lib/libabsl_*.a")

add_library(semafoor_host_grpc INTERFACE)
target_link_libraries(semafoor_host_grpc INTERFACE
  -Wl,--start-group ${_debian} "${_deps}/lib/libre2.a" "${_deps}/lib/libz.a" ${_absl} -Wl,--end-group
  Threads::Threads ${CMAKE_DL_LIBS} rt)

add_library(semafoor_host_protobuf INTERFACE)
target_link_libraries(semafoor_host_protobuf INTERFACE "${_deps}/lib/libprotobuf.a" Threads::Threads)

add_library(semafoor_host_protobuf_lite INTERFACE)
target_link_libraries(semafoor_host_protobuf_lite INTERFACE "${_deps}/lib/libprotobuf-lite.a" Threads::Threads)

# semafoor_host_module(target EXPORT symbol [SONAME name]): a SHARED library that shows one symbol and takes none
# of the host's. With SONAME the file bears that name as well.
function(semafoor_host_module target)
  cmake_parse_arguments(arg "" "EXPORT;SONAME" "" ${ARGN})
  if(NOT arg_EXPORT)
    message(FATAL_ERROR "semafoor_host_module(${target}) needs EXPORT <symbol>")
  endif()
  set(map "${CMAKE_CURRENT_BINARY_DIR}/${target}.map")
  file(CONFIGURE OUTPUT "${map}" CONTENT "{ global: ${arg_EXPORT}; local: *; };\n" @ONLY)
  set_target_properties(${target} PROPERTIES
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    POSITION_INDEPENDENT_CODE ON LINK_DEPENDS "${map}")
  target_sources(${target} PRIVATE "${_semafoor_host_module_tls}")
  target_compile_options(${target} PRIVATE -ffunction-sections -fdata-sections
                         $<$<COMPILE_LANGUAGE:CXX>:-fno-gnu-unique>)
  # nodelete: code that has run gRPC must never leave the process (plugin-api/ABI.md says what happened when it did).
  target_link_options(${target} PRIVATE
    "-Wl,--version-script=${map}" -Wl,--exclude-libs,ALL -Wl,--gc-sections -Wl,--as-needed -Wl,-Bsymbolic
    -Wl,-z,now -Wl,-z,relro -Wl,-z,text -Wl,-z,nodelete)
  # A sanitizer's runtime lives in the program, and is undefined here.
  if(NOT SEMAFOOR_SANITIZE)
    target_link_options(${target} PRIVATE -Wl,-z,defs -static-libstdc++ -static-libgcc)
  endif()
  if(arg_SONAME)
    set_target_properties(${target} PROPERTIES PREFIX "" SUFFIX "" OUTPUT_NAME "${arg_SONAME}" NO_SONAME ON)
    target_link_options(${target} PRIVATE "-Wl,-soname,${arg_SONAME}")
  endif()
endfunction()

unset(_deps)
unset(_debian)
unset(_absl)
