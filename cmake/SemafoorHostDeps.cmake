# SPDX-License-Identifier: Apache-2.0
#
# What is loaded into somebody else's process: gRPC and Protobuf static, position-independent and hidden, and
# the link rules of design rule 8 (docs and plugin-api/ABI.md). Headers are always those of the distribution.
#
#   semafoor_host_grpc            gRPC core and C++, c-ares, OpenSSL, abseil, re2, zlib
#   semafoor_host_protobuf        the full Protobuf
#   semafoor_host_protobuf_lite   Protobuf's lite part alone
#   semafoor_host_module(target EXPORT symbol [SONAME name] [DLL name])
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

add_library(semafoor_host_grpc INTERFACE)
if(WIN32)
  # Everything is static there anyway.
  set(_deps "${SEMAFOOR_WINDOWS_DEPS}")
  set(SEMAFOOR_ARCHIVE_crypto "${_deps}/lib/libcrypto.a")
  target_link_libraries(semafoor_host_grpc INTERFACE ${SEMAFOOR_WINDOWS_GRPC})
else()
  _semafoor_find_host_deps(_deps)
  _semafoor_debian_archives(_debian grpc++ grpc gpr upb address_sorting cares ssl crypto)
  file(GLOB _absl CONFIGURE_DEPENDS "${_deps}/lib/libabsl_*.a")
  target_link_libraries(semafoor_host_grpc INTERFACE
    -Wl,--start-group ${_debian} "${_deps}/lib/libre2.a" "${_deps}/lib/libz.a" ${_absl} -Wl,--end-group
    Threads::Threads ${CMAKE_DL_LIBS} rt)
endif()

add_library(semafoor_host_protobuf INTERFACE)
target_link_libraries(semafoor_host_protobuf INTERFACE "${_deps}/lib/libprotobuf.a" Threads::Threads)

add_library(semafoor_host_protobuf_lite INTERFACE)
target_link_libraries(semafoor_host_protobuf_lite INTERFACE "${_deps}/lib/libprotobuf-lite.a" Threads::Threads)

# On x86 the compiler's start-up code looks for a shared libgcc by name and, when the host has one, registers this
# module's unwind tables there: the first exception inside then ends the process. Ours looks for a name that nobody has.
function(_semafoor_own_unwinding target)
  set(folder "${CMAKE_BINARY_DIR}/own-unwinding")
  if(NOT EXISTS "${folder}/crtbegin.o")
    file(MAKE_DIRECTORY "${folder}")
    execute_process(COMMAND "${CMAKE_CXX_COMPILER}" -print-file-name=crtbegin.o OUTPUT_VARIABLE original
                    OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    execute_process(COMMAND sed "s/libgcc_s_dw2-1[.]dll/libgcc_own_eh0.dll/" "${original}"
                    OUTPUT_FILE "${folder}/crtbegin.o" COMMAND_ERROR_IS_FATAL ANY)
  endif()
  target_link_options(${target} PRIVATE "-B${folder}/")
endfunction()

# The Windows half of it: a list of exports, by their plain name; no import library, nobody links these.
function(_semafoor_windows_module target export name)
  set(def "${CMAKE_CURRENT_BINARY_DIR}/${target}.def")
  file(CONFIGURE OUTPUT "${def}" CONTENT "EXPORTS\n  ${export}\n" @ONLY)
  set_target_properties(${target} PROPERTIES LINK_DEPENDS "${def}" ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}"
                        RUNTIME_OUTPUT_DIRECTORY "${SEMAFOOR_PLUGIN_DIR}")
  if(name)
    set_target_properties(${target} PROPERTIES OUTPUT_NAME "${name}")
  endif()
  target_link_options(${target} PRIVATE "${def}" -Wl,--exclude-all-symbols)
  if(SEMAFOOR_TARGET STREQUAL windows-x86)
    _semafoor_own_unwinding(${target})
  endif()
  semafoor_windows_resources(${target} "Semafoor plugin")
endfunction()

# semafoor_host_module(target EXPORT symbol [SONAME name] [DLL name]): a SHARED library that shows one symbol and takes
# none of the host's. With SONAME the file bears that name as well; with DLL it is called so on Windows.
function(semafoor_host_module target)
  cmake_parse_arguments(arg "" "EXPORT;SONAME;DLL" "" ${ARGN})
  if(NOT arg_EXPORT)
    message(FATAL_ERROR "semafoor_host_module(${target}) needs EXPORT <symbol>")
  endif()
  if(WIN32)
    _semafoor_windows_module(${target} ${arg_EXPORT} "${arg_DLL}")
    return()
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
