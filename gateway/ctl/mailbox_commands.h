// SPDX-License-Identifier: Apache-2.0
//
// What an administrator says about messages: when they are read, and files that came by hand.
#pragma once

#include <string>

#include "gateway/ctl/commands.h"

namespace semafoor::ctl {

int show_read_policy(const Common& common, const std::string& cbe);
// `family` is short ("other"), empty for all without a word of their own; `policy` is "on-arrival",
// "on-opening", "never", or "default" for that of the gateway's settings.
int set_read_policy(const Common& common, const std::string& cbe, const std::string& family,
                    const std::string& policy);

struct UploadRequest {
  std::string file;
  std::string cbe;
  // "enterprise", "institution", "civil-servant", "citizen".
  std::string ebox_type;
  std::string subject;
  std::string sender;
  std::string sender_organisation;
  // yyyy-mm-dd.
  std::string received_on;
  std::string expires_on;
  std::string family;
  std::string message_type;
  std::string downloaded_by;
};
int upload(const Common& common, const UploadRequest& request);

}  // namespace semafoor::ctl
