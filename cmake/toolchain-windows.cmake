# SPDX-License-Identifier: Apache-2.0
#
# mingw-w64 with posix threads, for Windows 10 and later. SEMAFOOR_WINDOWS_TRIPLET says which machine (x64 when empty),
# SEMAFOOR_WINDOWS_DEPS the folder of packaging/deps/build; empty: the one in the cache.
set(CMAKE_SYSTEM_NAME Windows)
if(NOT SEMAFOOR_WINDOWS_TRIPLET)
  set(SEMAFOOR_WINDOWS_TRIPLET x86_64-w64-mingw32)
endif()
if(SEMAFOOR_WINDOWS_TRIPLET MATCHES "^i686")
  set(CMAKE_SYSTEM_PROCESSOR x86)
  set(SEMAFOOR_TARGET windows-x86)
else()
  set(CMAKE_SYSTEM_PROCESSOR x86_64)
  set(SEMAFOOR_TARGET windows-x64)
endif()
# try_compile reads this file again, and must come to the same answers.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES SEMAFOOR_WINDOWS_TRIPLET SEMAFOOR_WINDOWS_DEPS)

set(CMAKE_C_COMPILER ${SEMAFOOR_WINDOWS_TRIPLET}-gcc-posix)
set(CMAKE_CXX_COMPILER ${SEMAFOOR_WINDOWS_TRIPLET}-g++-posix)
set(CMAKE_RC_COMPILER ${SEMAFOOR_WINDOWS_TRIPLET}-windres)
set(CMAKE_AR ${SEMAFOOR_WINDOWS_TRIPLET}-gcc-ar-posix CACHE FILEPATH "")
set(CMAKE_RANLIB ${SEMAFOOR_WINDOWS_TRIPLET}-gcc-ranlib-posix CACHE FILEPATH "")

if(NOT SEMAFOOR_WINDOWS_DEPS)
  execute_process(COMMAND "${CMAKE_CURRENT_LIST_DIR}/../packaging/deps/build" --print-dir ${SEMAFOOR_TARGET}
                  OUTPUT_VARIABLE SEMAFOOR_WINDOWS_DEPS OUTPUT_STRIP_TRAILING_WHITESPACE)
endif()
set(CMAKE_FIND_ROOT_PATH "${SEMAFOOR_WINDOWS_DEPS}" "/usr/${SEMAFOOR_WINDOWS_TRIPLET}")
set(CMAKE_PREFIX_PATH "${SEMAFOOR_WINDOWS_DEPS}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# One Windows for every header; the compiler's own libraries go inside whatever is linked.
add_compile_definitions(_WIN32_WINNT=0x0A00 WINVER=0x0A00 NTDDI_VERSION=0x0A000000 NOMINMAX WIN32_LEAN_AND_MEAN)
foreach(kind IN ITEMS EXE SHARED MODULE)
  set(CMAKE_${kind}_LINKER_FLAGS_INIT "-static -Wl,--gc-sections")
endforeach()
