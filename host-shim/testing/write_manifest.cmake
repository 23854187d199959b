# SPDX-License-Identifier: Apache-2.0
# cmake -DLIBRARY=... -DOUT=... -DID=... [-DMAJOR=1] [-DVERSION=1.0.0] -P write_manifest.cmake
foreach(pair IN ITEMS "MAJOR;1" "VERSION;1.0.0" "ARCHITECTURE;linux-x64")
  list(GET pair 0 name)
  list(GET pair 1 value)
  if(NOT DEFINED ${name})
    set(${name} ${value})
  endif()
endforeach()
file(SHA256 "${LIBRARY}" digest)
get_filename_component(name "${LIBRARY}" NAME)
file(WRITE "${OUT}" "{\"manifest\":1,\"id\":\"${ID}\",\"name\":\"${ID}\",\"version\":\"${VERSION}\",\
\"abi_major\":${MAJOR},\"abi_minor\":0,\"architecture\":\"${ARCHITECTURE}\",\"library\":\"${name}\",\
\"sha256\":\"${digest}\",\"protocol_minor\":0}\n")
