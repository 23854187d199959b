// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/ksz/xmlsec.h"

#include <libxml/parser.h>
#include <xmlsec/crypto.h>
#include <xmlsec/errors.h>
#include <xmlsec/xmlsec.h>

namespace semafoor::sandbox::ksz {

bool xmlsec_ready() {
  static const bool ready = [] {
    xmlInitParser();
    bool good = xmlSecInit() == 0 && xmlSecCheckVersion() == 1 &&
                xmlSecCryptoAppInit(nullptr) == 0 && xmlSecCryptoInit() == 0;
    // What it thinks of a message is told in the answer, not on standard error.
    xmlSecErrorsDefaultCallbackEnableOutput(0);
    return good;
  }();
  return ready;
}

}  // namespace semafoor::sandbox::ksz
