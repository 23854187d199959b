// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <utility>

#include "host-shim/host/commands.h"
#include "host-shim/src/utf8_path.h"

namespace semafoor::reference_host {
namespace {

Json save_one(Session& session, const SaveRequest& request, const std::string& message,
              const std::string& attachment) {
  Json asked{
      {"messageId", message},
      {"attachmentId", attachment},
      {"folder",
       std::filesystem::absolute(loader::path_of(request.folder)).lexically_normal().string()},
      {"overwrite", request.overwrite}};
  if (!request.name.empty()) asked["fileName"] = request.name;
  return session.call("ebox", "LocalMailbox/SaveAttachment", asked);
}

struct Found {
  std::string message;
  Json attachment;
};

std::vector<Found> all_attachments(Session& session, Output& output) {
  ListRequest messages;
  messages.what = "messages";
  messages.all = true;
  std::vector<Found> found;
  const Json listed = fetch_list(session, output, messages);
  for (const Json& message : listed["messages"]) {
    for (const Json& attachment : message.value("attachments", Json::array()))
      found.push_back({as_text(message, "messageId"), attachment});
  }
  return found;
}

// One attachment that cannot be saved does not keep the others from it.
ExitCode save_all(Session& session, Output& output, const SaveRequest& request) {
  Json saved = Json::array();
  Json skipped = Json::array();
  Json failed = Json::array();
  const std::vector<Found> found = all_attachments(session, output);
  for (size_t i = 0; i < found.size(); ++i) {
    const auto& [message, attachment] = found[i];
    const std::string id = as_text(attachment, "attachmentId");
    output.progress("saving", static_cast<int64_t>(i), static_cast<int64_t>(found.size()));
    if (as_text(attachment, "state") != "ATTACHMENT_STATE_STORED") {
      skipped.push_back({{"messageId", message},
                         {"attachmentId", id},
                         {"state", as_text(attachment, "state")},
                         {"problem", as_text(attachment, "problem")}});
      continue;
    }
    try {
      saved.push_back(save_one(session, request, message, id));
    } catch (const shim::Error& error) {
      // Of a gateway that is away the rest would say the same.
      if (error.retryable()) throw;
      failed.push_back({{"messageId", message},
                        {"attachmentId", id},
                        {"error", error_document(error)["error"]}});
      output.line("failed " + id + ": " + error.what());
    }
  }
  output.progress_done();
  const size_t saved_count = saved.size();
  const size_t skipped_count = skipped.size();
  const size_t failed_count = failed.size();
  output.document({{"saved", std::move(saved)},
                   {"skipped", std::move(skipped)},
                   {"failed", std::move(failed)}});
  output.line(std::to_string(saved_count) + " attachments saved, " + std::to_string(skipped_count) +
              " not fetched yet, " + std::to_string(failed_count) + " failed");
  return failed_count == 0 ? kDone : kPartly;
}

}  // namespace

ExitCode save(Session& session, Output& output, const SaveRequest& request) {
  if (!std::filesystem::is_directory(loader::path_of(request.folder)))
    throw WrongUse("the folder " + request.folder + " does not exist: make it first");
  if (request.all) return save_all(session, output, request);
  if (request.message.empty() || request.attachment.empty())
    throw WrongUse("save needs MESSAGE and ATTACHMENT, or --all");
  const Json document = save_one(session, request, request.message, request.attachment);
  output.document(document);
  output.line("saved " + as_text(document, "path"));
  return kDone;
}

ExitCode mark_seen(Session& session, Output& output, const std::vector<std::string>& messages) {
  const Json document = session.call("ebox", "Mailbox/MarkSeen", {{"messageIds", messages}});
  output.document(document);
  output.line(std::to_string(document.value("messages", Json::array()).size()) +
              " messages marked as seen");
  return kDone;
}

}  // namespace semafoor::reference_host
