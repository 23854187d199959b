// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iostream>
#include <string>

#include "gateway/domain/result.h"

namespace semafoor {

// What a walk saw. A violation is what the proxy reports, whichever side committed it; everything
// else that did not fit is wrong.
struct WalkReport {
  int calls = 0;
  int wrong = 0;
  int violations = 0;

  template <typename T>
  bool passed(const std::string& operation, const Result<T>& result) {
    ++calls;
    if (result.ok()) return true;
    blame(operation, result.error());
    return false;
  }

  // A call that must fail in this way.
  template <typename T>
  void refused(const std::string& operation, const Result<T>& result, const std::string& code) {
    ++calls;
    if (result.ok()) {
      expect(false, operation + ": it should have been refused");
    } else if (result.error().code != code) {
      blame(operation, result.error());
    }
  }

  void blame(const std::string& operation, const Error& error) {
    // How the proxy names a violation.
    const bool violation = error.message.find("prism/errors#") != std::string::npos;
    (violation ? violations : wrong) += 1;
    std::cout << "  " << operation << ": " << error.message << "\n";
  }

  void expect(bool fact, const std::string& what) {
    if (fact) return;
    ++wrong;
    std::cout << "  " << what << "\n";
  }
};

}  // namespace semafoor
