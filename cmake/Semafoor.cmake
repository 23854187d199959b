# SPDX-License-Identifier: Apache-2.0
#
# What every target of the house has in common.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
# Plugins and runtime lie side by side, as they are shipped: a plugin finds the runtime beside itself.
set(SEMAFOOR_PLUGIN_DIR "${CMAKE_BINARY_DIR}/plugins-out")

# The folder of what only one operating system has (posix/ or windows/), and the name in manifests.
if(WIN32)
  set(SEMAFOOR_OS windows)
  set(SEMAFOOR_PLATFORM ${SEMAFOOR_TARGET})
  # Names of files are what a host on Windows expects: no "lib".
  set(CMAKE_SHARED_LIBRARY_PREFIX "")
  set(CMAKE_SHARED_MODULE_PREFIX "")
  # Under Wine the tests see this machine's folders on drive Z.
  set(SEMAFOOR_TEST_ROOT "Z:")
else()
  set(SEMAFOOR_OS posix)
  set(SEMAFOOR_PLATFORM linux-x64)
  set(SEMAFOOR_TEST_ROOT "")
endif()

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g1")

# Build paths never reach a shipped file.
add_compile_options("-ffile-prefix-map=${CMAKE_SOURCE_DIR}=." "-ffile-prefix-map=${CMAKE_BINARY_DIR}=build")

set(SEMAFOOR_SANITIZE "" CACHE STRING "address,undefined or thread; empty for none")
if(SEMAFOOR_SANITIZE)
  add_compile_options(-fsanitize=${SEMAFOOR_SANITIZE} -fno-omit-frame-pointer -O1)
  add_link_options(-fsanitize=${SEMAFOOR_SANITIZE})
  add_compile_definitions(SEMAFOOR_SANITIZED)
elseif(WIN32)
  # ld's own: random addresses (64 bits of them), no execution of data.
  add_compile_options(-fstack-protector-strong -ffunction-sections -fdata-sections)
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
  # At the link too: the protector's own library is chosen there.
  add_link_options(-fstack-protector-strong -Wl,--dynamicbase,--nxcompat)
  if(SEMAFOOR_TARGET STREQUAL windows-x64)
    add_link_options(-Wl,--high-entropy-va)
  else()
    # What the libraries were built with; see packaging/deps/targets/windows-x86.sh.
    add_compile_options(-msse2 -mfpmath=sse -mstackrealign)
  endif()
else()
  add_compile_options(-fstack-protector-strong -fcf-protection)
  add_compile_definitions(_FORTIFY_SOURCE=2 _GLIBCXX_ASSERTIONS)
  add_link_options(-Wl,-z,relro,-z,now)
endif()

option(SEMAFOOR_FUZZ "libFuzzer targets (clang) instead of their replay" OFF)
if(SEMAFOOR_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

if(WIN32)
  include(SemafoorWindowsDeps)
else()
  find_package(Threads REQUIRED)
  find_package(Protobuf REQUIRED)
  find_package(gRPC CONFIG REQUIRED)
  find_package(OpenSSL REQUIRED)
  find_package(CURL REQUIRED)
  find_package(LibXml2 REQUIRED)
  find_package(ZLIB REQUIRED)
  find_package(GTest REQUIRED)
  find_package(spdlog REQUIRED)
  find_package(nlohmann_json REQUIRED)
endif()

add_library(semafoor_warnings INTERFACE)
target_compile_options(semafoor_warnings INTERFACE -Wall -Wextra -Wpedantic -Werror -Wshadow
                       -Wno-missing-field-initializers
                       $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Woverloaded-virtual>)

# semafoor_library(name SOURCES ... LINK ... [PRIVATE_LINK ...]): a static room. Includes are written from the
# root of the tree ("gateway/store/store.h"); what a room may use is what stands behind LINK.
function(semafoor_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK;PRIVATE_LINK" ${ARGN})
  if(arg_SOURCES)
    add_library(${name} STATIC ${arg_SOURCES})
    target_include_directories(${name} PUBLIC "${PROJECT_SOURCE_DIR}")
    target_link_libraries(${name} PUBLIC ${arg_LINK} PRIVATE semafoor_warnings ${arg_PRIVATE_LINK})
  else()
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE "${PROJECT_SOURCE_DIR}")
    target_link_libraries(${name} INTERFACE ${arg_LINK})
  endif()
endfunction()

function(semafoor_executable name)
  cmake_parse_arguments(arg "" "OUTPUT" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE ${arg_LINK} semafoor_warnings)
  if(arg_OUTPUT)
    set_target_properties(${name} PROPERTIES OUTPUT_NAME ${arg_OUTPUT})
  endif()
  if(WIN32)
    semafoor_windows_resources(${name} "Semafoor: ${name}")
  endif()
endfunction()

# semafoor_test(name SOURCES ... LINK ... [LABELS unit] [TIMEOUT 60] [ARGS ...]): one GoogleTest program, one CTest test.
function(semafoor_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LINK;LABELS;ARGS;DEPENDS" ${ARGN})
  if(NOT arg_LABELS)
    set(arg_LABELS unit)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE ${arg_LINK} GTest::gmock GTest::gtest GTest::gtest_main
                        Threads::Threads semafoor_warnings)
  if(arg_DEPENDS)
    add_dependencies(${name} ${arg_DEPENDS})
  endif()
  if(WIN32)
    semafoor_windows_resources(${name} "Semafoor test")
    # Under Wine, on a machine that does other things too.
    math(EXPR arg_TIMEOUT "4 * ${arg_TIMEOUT}")
  endif()
  add_test(NAME ${name} COMMAND ${name} ${arg_ARGS})
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT})
endfunction()
