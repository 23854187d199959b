# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Any revision of Debian 12's: the archive sometimes lists a newest one whose files it does not hold.
dev_package=libssl-dev
accept='3.0.*'

headers_match() { true; }

# It reads no configuration file and no certificates from a folder: a path compiled in may be one that every user of
# the machine can write. atexit stays (the modules are never unloaded).
build_package() {
  local tree="$1" work="$2" lib="$3" log="$2.log" launcher=
  command -v ccache >/dev/null && launcher="ccache "
  # Debian's patch for position-independent x86 code writes ELF relocations, whatever the target.
  [[ $openssl_target != mingw ]] || quietly "$log" patch -d "$tree" -R -p1 -i debian/patches/pic.patch
  mkdir -p "$work"
  (
    cd "$work"
    # shellcheck disable=SC2086
    quietly "$log" "$tree/Configure" "$openssl_target" "CC=$launcher$triplet-gcc-posix" "AR=$triplet-gcc-ar-posix" \
      "RANLIB=$triplet-gcc-ranlib-posix" "RC=$triplet-windres" --prefix=/semafoor --libdir=lib \
      "--openssldir=C:/Program Files/Semafoor/ssl" no-autoload-config no-shared no-tests no-legacy no-dso no-engine \
      -D_WIN32_WINNT=0x0A00 $flags
    # What the library says of its making, instead of what make would have it say: no folder of this machine.
    perl "$tree/util/mkbuildinf.pl" "$triplet-gcc-posix ${flags//$(dirname "$work")/.}" "$openssl_target" >crypto/buildinf.h
    quietly "$log" make -j "$jobs" build_libs
    quietly "$log" make install_dev "DESTDIR=$work/installed"
  )
  cp -r "$work/installed/semafoor/." "$(dirname "$lib")/"
}
