// SPDX-License-Identifier: Apache-2.0
//
// The four operations on the one mailbox, before either wire dresses what came of them.
#pragma once

#include <functional>
#include <string>

#include "tests/sandbox/ksz/podmi_xml.h"
#include "tests/sandbox/podmi/mailbox.h"

namespace semafoor::sandbox::ksz {

// "Treatment completed successfully", and what the KSZ's customers publish besides (reference
// knipperlichten-ksz 3.3).
inline constexpr char kDone[] = "MSG00000";
inline constexpr char kSourceAway[] = "MSG00002";
inline constexpr char kInternal[] = "MSG00003";
inline constexpr char kContentWrong[] = "MSG00008";
inline constexpr char kNotIntegrated[] = "MSG00012";
inline constexpr char kNotAllowed[] = "MSG00013";
// Ours.
inline constexpr char kUnknownCursor[] = "X-CURSOR";
inline constexpr char kNothingToAcknowledge[] = "X-NO-ACKNOWLEDGE";
inline constexpr char kConflict[] = "X-CONFLICT";

struct Outcome {
  bool accepted = true;
  // Consultations: whether there is anything.
  bool found = true;
  std::string code = kDone;
  std::string description;
  // XML of the members of the answer.
  std::string members;
  std::function<void()> on_delivered;
};

class Exchange {
 public:
  explicit Exchange(podmi::Mailbox& mailbox) : mailbox_(mailbox) {}
  Outcome perform(const std::string& organisation, const Request& request);

 private:
  Outcome fetch(const std::string& organisation, const Request& request);
  Outcome acknowledge(const std::string& organisation, const Request& request);
  Outcome send(const std::string& organisation, const Request& request);
  Outcome find(const std::string& organisation, const Request& request);

  podmi::Mailbox& mailbox_;
};

}  // namespace semafoor::sandbox::ksz
