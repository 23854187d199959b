# SPDX-License-Identifier: Apache-2.0
#
# The libraries of the Windows build, under the names that the distribution's have on Linux. All are static, from
# packaging/deps/build; header-only ones are the installed packages'.
include_guard(GLOBAL)

if(NOT EXISTS "${SEMAFOOR_WINDOWS_DEPS}/versions.txt")
  message(FATAL_ERROR "The libraries for ${SEMAFOOR_TARGET} are not in '${SEMAFOOR_WINDOWS_DEPS}'. Run ./dev windows build "
          "--target ${SEMAFOOR_TARGET}, which makes them (about half an hour, once) and configures.")
endif()

# Two faults of the compiler's own library; the head of each file says which.
set(_patch "${PROJECT_SOURCE_DIR}/cmake/windows/libstdcxx-atomic-wait.patch")
set(_mutex "${PROJECT_SOURCE_DIR}/cmake/windows/mended/shared_mutex")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${_patch}" "${_mutex}")
# Another content is another folder: an object that was compiled before a header was mended does not depend on it, and would
# otherwise be linked with those that do.
file(SHA256 "${_patch}" _digest)
file(SHA256 "${_mutex}" _mended)
string(SHA256 _digest "${_digest}${_mended}")
string(SUBSTRING "${_digest}" 0 12 _digest)
set(_mended "${CMAKE_BINARY_DIR}/mended-headers-${_digest}")
file(MAKE_DIRECTORY "${_mended}/bits")
execute_process(COMMAND "${CMAKE_CXX_COMPILER}" -std=c++20 -M -x c++ -include atomic /dev/null
                OUTPUT_VARIABLE _headers COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCH "[^ \n]*/bits/atomic_wait[.]h" _header "${_headers}")
execute_process(COMMAND patch --forward --batch --silent -o "${_mended}/atomic_wait.h" "${_header}"
                INPUT_FILE "${_patch}" RESULT_VARIABLE _code OUTPUT_VARIABLE _said ERROR_VARIABLE _said)
if(NOT _code EQUAL 0)
  message(FATAL_ERROR "${_patch} does not fit ${_header} of this compiler:\n${_said}\nIt may be mended there: see the patch's head.")
endif()
file(COPY_FILE "${_mutex}" "${_mended}/shared_mutex" ONLY_IF_DIFFERENT)
# Only what differs: everything includes it.
file(COPY_FILE "${_mended}/atomic_wait.h" "${_mended}/bits/atomic_wait.h" ONLY_IF_DIFFERENT)
include_directories(BEFORE SYSTEM "${_mended}")
unset(_headers)

# And a third; it goes before the compiler's libraries, into everything that is linked.
set(_source "${PROJECT_SOURCE_DIR}/cmake/windows/long_folders.c")
# Another content is another name: what it goes into is linked anew.
file(SHA256 "${_source}" _digest)
string(SUBSTRING "${_digest}" 0 12 _digest)
set(_object "${CMAKE_BINARY_DIR}/long_folders-${_digest}.obj")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${_source}")
execute_process(COMMAND "${CMAKE_C_COMPILER}" -std=c11 -O2 -Wall -Wextra -Werror -ffunction-sections
                        "-ffile-prefix-map=${PROJECT_SOURCE_DIR}=." -D_WIN32_WINNT=0x0A00 -DWIN32_LEAN_AND_MEAN
                        -c "${_source}" -o "${_object}" COMMAND_ERROR_IS_FATAL ANY)
foreach(_language IN ITEMS C CXX)
  string(APPEND CMAKE_${_language}_STANDARD_LIBRARIES " \"${_object}\"")
endforeach()

set(OPENSSL_USE_STATIC_LIBS ON)
find_package(Threads REQUIRED)
# As a module: it finds this machine's protoc beside the target's library.
find_package(Protobuf REQUIRED MODULE)
find_package(OpenSSL REQUIRED)
set_property(TARGET OpenSSL::Crypto APPEND PROPERTY INTERFACE_LINK_LIBRARIES ws2_32 crypt32 advapi32 user32)
find_package(GTest CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)

file(GLOB _absl CONFIGURE_DEPENDS "${SEMAFOOR_WINDOWS_DEPS}/lib/libabsl_*.a")
set(SEMAFOOR_WINDOWS_GRPC -Wl,--start-group)
foreach(name IN ITEMS grpc++ grpc gpr upb address_sorting cares ssl crypto re2 z)
  list(APPEND SEMAFOOR_WINDOWS_GRPC "${SEMAFOOR_WINDOWS_DEPS}/lib/lib${name}.a")
endforeach()
list(APPEND SEMAFOOR_WINDOWS_GRPC ${_absl} -Wl,--end-group ws2_32 iphlpapi crypt32 dbghelp bcrypt advapi32 user32)

# semafoor_imported(name LINK ...): an interface with the target's headers before all others.
function(semafoor_imported name)
  add_library(${name} INTERFACE IMPORTED GLOBAL)
  target_include_directories(${name} SYSTEM INTERFACE "${SEMAFOOR_WINDOWS_DEPS}/include")
  target_link_libraries(${name} INTERFACE ${ARGN})
endfunction()

semafoor_imported(gRPC::grpc++ protobuf::libprotobuf ${SEMAFOOR_WINDOWS_GRPC})
semafoor_imported(absl::synchronization ${SEMAFOOR_WINDOWS_GRPC})
semafoor_imported(nlohmann_json::nlohmann_json)
include_directories(SYSTEM "${SEMAFOOR_WINDOWS_DEPS}/include")

# Headers name themselves in messages of assertions: not by a folder of this machine.
add_compile_options("-ffile-prefix-map=${SEMAFOOR_WINDOWS_DEPS}=deps")

# Only the gateway's; windows-x86 does not have them.
if(EXISTS "${SEMAFOOR_WINDOWS_DEPS}/lib/libcurl.a")
  find_package(CURL CONFIG REQUIRED)
  semafoor_imported(cpp-httplib OpenSSL::SSL OpenSSL::Crypto ws2_32 crypt32)
  semafoor_imported(PkgConfig::HTTPLIB cpp-httplib)
  # curl's own file may have asked for it.
  if(NOT TARGET ZLIB::ZLIB)
    semafoor_imported(ZLIB::ZLIB "${SEMAFOOR_WINDOWS_DEPS}/lib/libz.a")
  endif()
  semafoor_imported(PkgConfig::LIBARCHIVE "${SEMAFOOR_WINDOWS_DEPS}/lib/libarchive.a" "${SEMAFOOR_WINDOWS_DEPS}/lib/libz.a")
  set_property(TARGET PkgConfig::LIBARCHIVE APPEND PROPERTY INTERFACE_COMPILE_DEFINITIONS LIBARCHIVE_STATIC)
  semafoor_imported(PkgConfig::XLSXWRITER "${SEMAFOOR_WINDOWS_DEPS}/lib/libxlsxwriter.a" "${SEMAFOOR_WINDOWS_DEPS}/lib/libz.a")
  # Its objects ask the linker to export them, from a program too; what asks is left out.
  set(_xml "${CMAKE_BINARY_DIR}/libxml2-quiet.a")
  execute_process(COMMAND ${CMAKE_OBJCOPY} --remove-section=.drectve "${SEMAFOOR_WINDOWS_DEPS}/lib/libxml2.a" "${_xml}"
                  COMMAND_ERROR_IS_FATAL ANY)
  semafoor_imported(LibXml2::LibXml2 "${_xml}" ws2_32)
  target_include_directories(LibXml2::LibXml2 SYSTEM INTERFACE "${SEMAFOOR_WINDOWS_DEPS}/include/libxml2")
  set_property(TARGET LibXml2::LibXml2 APPEND PROPERTY INTERFACE_COMPILE_DEFINITIONS LIBXML_STATIC)
endif()
unset(_absl)

# semafoor_windows_resources(target DESCRIPTION): version, and for a program the manifest: UTF-8, long paths.
function(semafoor_windows_resources target description)
  get_target_property(kind ${target} TYPE)
  set(SEMAFOOR_RC_FILETYPE VFT_DLL)
  set(SEMAFOOR_RC_MANIFEST "")
  if(kind STREQUAL EXECUTABLE)
    set(SEMAFOOR_RC_FILETYPE VFT_APP)
    set(SEMAFOOR_RC_MANIFEST "1 24 \"${PROJECT_SOURCE_DIR}/cmake/windows/program.manifest\"")
  endif()
  set(SEMAFOOR_RC_DESCRIPTION "${description}")
  string(REPLACE "." "," SEMAFOOR_RC_VERSION "${PROJECT_VERSION}.0")
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${target}.rc")
  set(object "${CMAKE_CURRENT_BINARY_DIR}/${target}.res.obj")
  configure_file("${PROJECT_SOURCE_DIR}/cmake/windows/version.rc.in" "${source}" @ONLY)
  # Not as a source of the target: windres knows none of a compiler's options.
  add_custom_command(OUTPUT "${object}" COMMAND "${CMAKE_RC_COMPILER}" -O coff "${source}" "${object}"
    DEPENDS "${source}" "${PROJECT_SOURCE_DIR}/cmake/windows/program.manifest" VERBATIM)
  set_source_files_properties("${object}" PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
  target_sources(${target} PRIVATE "${object}")
endfunction()

# semafoor_windows_messages(name FILE.mc): two interfaces: NAME with the header FILE.h of the numbers, NAME_texts with the
# texts for the event log, for the program that the log will look them up in.
function(semafoor_windows_messages name file)
  get_filename_component(stem "${file}" NAME_WE)
  get_filename_component(source "${file}" ABSOLUTE)
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/${name}")
  file(MAKE_DIRECTORY "${folder}")
  add_custom_command(OUTPUT "${folder}/${stem}.h" "${folder}/${stem}.res.obj"
    COMMAND "${SEMAFOOR_WINDOWS_TRIPLET}-windmc" -h "${folder}" -r "${folder}" "${source}"
    COMMAND "${CMAKE_RC_COMPILER}" -O coff "${folder}/${stem}.rc" "${folder}/${stem}.res.obj"
    DEPENDS "${source}" WORKING_DIRECTORY "${folder}" VERBATIM)
  add_custom_target(${name}_files DEPENDS "${folder}/${stem}.h" "${folder}/${stem}.res.obj")
  add_library(${name} INTERFACE)
  target_include_directories(${name} SYSTEM INTERFACE "${folder}")
  add_dependencies(${name} ${name}_files)
  add_library(${name}_texts INTERFACE)
  target_link_libraries(${name}_texts INTERFACE ${name} "${folder}/${stem}.res.obj")
endfunction()
