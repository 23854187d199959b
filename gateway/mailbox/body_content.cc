// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/body_content.h"

#include <array>
#include <utility>

namespace semafoor::mailbox {

upstream::RemoteAttachment body_attachment() {
  upstream::RemoteAttachment body;
  body.id = kBodyId;
  body.file_name = "message.txt";
  body.media_type = "text/plain";
  body.main_content = true;
  return body;
}

std::string written_body(const v1::LocalizedText& body) {
  const std::array<std::pair<const char*, const std::string*>, 4> all{
      {{"nl", &body.nl()}, {"fr", &body.fr()}, {"de", &body.de()}, {"en", &body.en()}}};
  int languages = 0;
  for (const auto& [code, text] : all) languages += text->empty() ? 0 : 1;
  std::string written;
  for (const auto& [code, text] : all) {
    if (text->empty()) continue;
    if (languages > 1) written += (written.empty() ? "[" : "\n\n[") + std::string(code) + "]\n";
    written += *text;
  }
  return written;
}

}  // namespace semafoor::mailbox
