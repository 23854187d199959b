// SPDX-License-Identifier: Apache-2.0
//
// No sequence of calls of one organisation ever returns a byte of another: every method that there
// is, called at random with identifiers, cursors and texts of both, by a caller who may use one.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/proto_buffer_reader.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "gateway/changeover/changeover.h"
#include "gateway/domain/signal_identity.h"
#include "gateway/lists/entries.h"
#include "gateway/rpc/test_gateway.h"
#include "semafoor/v1/channels.pb.h"

namespace semafoor::rpc {
namespace {

namespace pb = google::protobuf;

// What only the other organisation has: in texts, contents, and as a person.
constexpr char kSecret[] = "only-of-the-other";
constexpr char kOtherPerson[] = "85073003328";
constexpr int kCalls = 8'000;

grpc::ByteBuffer to_buffer(const pb::Message& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return {&slice, 1};
}

std::string to_text(const grpc::ByteBuffer& buffer) {
  grpc::Slice slice;
  EXPECT_TRUE(buffer.DumpToSingleSlice(&slice).ok());
  return {reinterpret_cast<const char*>(slice.begin()), slice.size()};
}

class IsolationTest : public TestGateway {
 protected:
  IsolationTest() {
    rooms_.changeover = &changeover_;
    store_.add_organisation(kOtherOrg);
    furnish(kTestOrg, "mine-", "own text", "93051822361");
    furnish(kOtherOrg, "theirs-", kSecret, kOtherPerson);
    texts_ = {"", "x", "own text", "queue", "holder", "u1", "leefloon", "X-0001"};
    for (const char* service :
         {"Mailbox", "Signals", "Feedback", "Lists", "Modules", "Admin", "Channels",
          "ChannelsAdmin", "Proposals", "CodesAdmin", "Work", "Reports", "ReportsAdmin"}) {
      const auto* found = pb::DescriptorPool::generated_pool()->FindServiceByName(
          std::string("semafoor.v1.") + service);
      for (int i = 0; i < found->method_count(); ++i) methods_.push_back(found->method(i));
    }
  }

  // One of each, and one whose identifiers the other organisation has as well.
  void furnish(const std::string& org, const std::string& whose, const std::string& text,
               const std::string& person) {
    for (const std::string& prefix : {whose, std::string("shared-")}) {
      auto writer = store_->blobs().create(org);
      ASSERT_TRUE(writer.ok());
      ASSERT_TRUE((*writer)->append(std::as_bytes(std::span(text))).ok());
      ASSERT_TRUE((*writer)->commit().ok());
      store_.write([&](store::Transaction& tx) -> Result<void> {
        store::StoredMessage stored;
        stored.message.set_message_id(prefix + "message");
        stored.message.mutable_organisation()->set_value(org);
        stored.message.set_provider_id("nsso");
        stored.message.set_provider_message_id(prefix + "message");
        stored.message.mutable_subject()->set_nl(text);
        auto& attachment = *stored.message.add_attachments();
        attachment.set_attachment_id(prefix + "message-a");
        attachment.set_state(v1::ATTACHMENT_STATE_FAILED);
        attachment.set_problem(text);
        if (auto put = tx.put_message(org, stored, "message.stored"); !put.ok()) return put;
        v1::Signal signal;
        signal.set_signal_id(prefix + "signal");
        signal.set_signal_reference(prefix + "reference");
        signal.mutable_organisation()->set_value(org);
        signal.set_law(v1::LAW_RMI);
        signal.set_dossier_number(prefix + text);
        signal.mutable_person()->set_value(person);
        signal.set_state(v1::SIGNAL_STATE_RECEIVED);
        signal.set_match_state(v1::MATCH_STATE_OPEN);
        if (auto put = tx.put_signal(org, domain::signal_key(signal), signal, "signal.received");
            !put.ok())
          return put;
        v1::Notice notice;
        notice.set_notice_id(prefix + "notice");
        notice.set_code(text);
        notice.mutable_person()->set_value(person);
        if (auto put = tx.put_entry(org, {.kind = lists::kNoticeEntry,
                                          .id = notice.notice_id(),
                                          .sort = 0,
                                          .person = person,
                                          .subject = text,
                                          .body = notice.SerializeAsString()});
            !put.ok())
          return put;
        v1::ListReading reading;
        reading.set_reading_id(prefix + "reading");
        reading.mutable_organisation()->set_value(org);
        reading.set_problem(text);
        if (auto put = lists::put_reading(tx, reading); !put.ok()) return put;
        v1::FeedbackItem item;
        item.set_client_id(prefix + "client");
        item.mutable_organisation()->set_value(org);
        item.set_signal_id(prefix + "signal");
        item.set_remark(text);
        item.set_state(v1::FEEDBACK_STATE_DEAD_LETTER);
        item.set_last_problem(text);
        v1::ListReturn back;
        back.set_return_id(prefix + "return");
        back.set_last_problem(text);
        auto kept = tx.put_entry(org, {.kind = "list.return",
                                       .id = back.return_id(),
                                       .sort = 1,
                                       .person = {},
                                       .subject = prefix + "list",
                                       .body = back.SerializeAsString()});
        if (!kept.ok()) return kept;
        return tx.put_feedback(org, "hash", item, "feedback.dead_letter");
      });
    }
  }

  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool chance(int percent) { return below(100) < static_cast<std::size_t>(percent); }

  // A few of the fields or most, each with something that may hit: few are refused for nothing,
  // most are seldom all good.
  void fill(pb::Message& message, int depth = 0) {
    if (depth == 3) return;
    const int filled = chance(50) ? 10 : 60;
    const auto& about = *message.GetDescriptor();
    const auto& access = *message.GetReflection();
    for (int i = 0; i < about.field_count(); ++i) {
      const pb::FieldDescriptor& field = *about.field(i);
      if (field.name() == "organisation" && field.message_type() != nullptr &&
          field.message_type()->full_name() == "semafoor.v1.CbeNumber") {
        set_text(*access.MutableMessage(&message, &field), "value", chance(85) ? caller_ : other_);
        continue;
      }
      if (!stands_for_a_row(field.name()) && !chance(filled)) continue;
      const int times = field.is_repeated() ? 1 + static_cast<int>(below(3)) : 1;
      for (int n = 0; n < times; ++n) fill_one(message, access, field, depth);
    }
  }

  void fill_one(pb::Message& message, const pb::Reflection& access,
                const pb::FieldDescriptor& field, int depth) {
    const bool many = field.is_repeated();
    switch (field.cpp_type()) {
      case pb::FieldDescriptor::CPPTYPE_MESSAGE:
        fill(many ? *access.AddMessage(&message, &field) : *access.MutableMessage(&message, &field),
             depth + 1);
        break;
      case pb::FieldDescriptor::CPPTYPE_STRING: {
        const std::string text = text_for(field.name());
        many ? access.AddString(&message, &field, text) : access.SetString(&message, &field, text);
        break;
      }
      case pb::FieldDescriptor::CPPTYPE_INT32:
        if (!many) access.SetInt32(&message, &field, static_cast<int>(below(4)));
        break;
      case pb::FieldDescriptor::CPPTYPE_INT64:
        if (!many) access.SetInt64(&message, &field, static_cast<int>(below(4)));
        break;
      case pb::FieldDescriptor::CPPTYPE_BOOL:
        if (!many) access.SetBool(&message, &field, chance(50));
        break;
      case pb::FieldDescriptor::CPPTYPE_ENUM: {
        const int value =
            static_cast<int>(below(static_cast<std::size_t>(field.enum_type()->value_count())));
        many ? access.AddEnumValue(&message, &field, value)
             : access.SetEnumValue(&message, &field, value);
        break;
      }
      default:
        break;
    }
  }

  static bool stands_for_a_row(std::string_view field) {
    return field == "message_id" || field == "attachment_id" || field == "signal_id" ||
           field == "client_id";
  }

  // Identifiers of either, or of both; what either was given; or anything.
  std::string text_for(const std::string& field) {
    if (stands_for_a_row(field) || field == "message_ids") {
      const std::string what = field.substr(0, field.rfind("_id"));
      const char* whose = std::array{"mine-", "theirs-", "shared-"}[below(3)];
      return whose + (what == "attachment" ? "message-a" : what);
    }
    const bool position = field.ends_with("token") || field.ends_with("cursor") ||
                          field == "after" || field == "changed_since";
    const auto& from = position && !given_.empty() ? given_ : texts_;
    return from[below(from.size())];
  }

  static void set_text(pb::Message& message, const char* name, const std::string& text) {
    message.GetReflection()->SetString(&message, message.GetDescriptor()->FindFieldByName(name),
                                       text);
  }

  // Cursors and page tokens, ids of operations: what was given to either is tried by both.
  void remember(pb::Message& message) {
    const auto& access = *message.GetReflection();
    std::vector<const pb::FieldDescriptor*> set;
    access.ListFields(message, &set);
    for (const auto* field : set) {
      if (field->cpp_type() == pb::FieldDescriptor::CPPTYPE_MESSAGE) {
        if (!field->is_repeated()) {
          remember(*access.MutableMessage(&message, field));
          continue;
        }
        for (int i = 0; i < access.FieldSize(message, field); ++i)
          remember(*access.MutableRepeatedMessage(&message, field, i));
      } else if (!field->is_repeated() &&
                 (field->name().ends_with("token") || field->name().ends_with("cursor") ||
                  field->name() == "operation_id") &&
                 given_.size() < 200) {
        given_.push_back(access.GetString(message, field));
      }
    }
  }

  struct Answer {
    grpc::Status status;
    // All messages of the answer, and everything said beside them.
    std::string bytes;
  };

  // Streams are read until they end, or a moment: some never do.
  Answer call(const pb::MethodDescriptor& method, const pb::Message& request) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + token_);
    context.AddMetadata("semafoor-actor-id-bin", "u1");
    context.set_deadline(std::chrono::system_clock::now() + (method.server_streaming()
                                                                 ? std::chrono::milliseconds(50)
                                                                 : std::chrono::seconds(20)));
    grpc::GenericStub stub(channel_);
    grpc::CompletionQueue queue;
    const std::string path = "/" + method.service()->full_name() + "/" + method.name();
    auto stream = stub.PrepareCall(&context, path, &queue);
    const auto wait = [&queue] {
      void* tag = nullptr;
      bool good = false;
      return queue.Next(&tag, &good) && good;
    };
    Answer answer;
    stream->StartCall(nullptr);
    bool going = wait();
    if (going) {
      stream->WriteLast(to_buffer(request), {}, nullptr);
      wait();
    }
    while (going) {
      grpc::ByteBuffer buffer;
      stream->Read(&buffer, nullptr);
      going = wait();
      if (!going) break;
      const std::string bytes = to_text(buffer);
      answer.bytes += bytes;
      const std::unique_ptr<pb::Message> message(
          pb::MessageFactory::generated_factory()->GetPrototype(method.output_type())->New());
      if (message->ParseFromString(bytes)) remember(*message);
    }
    stream->Finish(&answer.status, nullptr);
    wait();
    answer.bytes += answer.status.error_message() + answer.status.error_details();
    for (const auto& [name, value] : context.GetServerTrailingMetadata())
      answer.bytes += std::string(value.data(), value.size());
    return answer;
  }

  static bool tells(const std::string& bytes) {
    return bytes.find(kSecret) != std::string::npos ||
           bytes.find(kOtherPerson) != std::string::npos;
  }

  // Answers with something in them, by method, and the methods that told a secret.
  struct Run {
    std::map<std::string, int> answered;
    std::set<std::string> told;
  };
  void call_with_anything(const pb::MethodDescriptor& method, Run& run) {
    const std::unique_ptr<pb::Message> request(
        pb::MessageFactory::generated_factory()->GetPrototype(method.input_type())->New());
    fill(*request);
    const Answer answer = call(method, *request);
    if (answer.status.ok()) ++run.answered[method.full_name()];
    if (tells(answer.bytes)) run.told.insert(method.full_name());
  }

  // Calls at random, as who may use `caller`; then of `wanted` ("Mailbox.GetMessage") those that
  // chance left out, until `enough` holds for their full name.
  template <typename Enough>
  Run run(const std::string& caller, const std::string& other,
          const std::vector<std::string>& wanted, const Enough& enough) {
    caller_ = caller;
    other_ = other;
    token_ = token_for({.organisations = {caller}});
    Run run;
    for (int i = 0; i < kCalls; ++i) {
      const pb::MethodDescriptor& method = *methods_[below(methods_.size())];
      // Each waits for its moment.
      if (method.server_streaming() && !chance(5)) continue;
      call_with_anything(method, run);
    }
    for (const std::string& name : wanted) {
      const auto* const method =
          pb::DescriptorPool::generated_pool()->FindMethodByName("semafoor.v1." + name);
      for (int i = 0; i < kCalls && !enough(run, method->full_name()); ++i)
        call_with_anything(*method, run);
      EXPECT_TRUE(enough(run, method->full_name())) << name;
    }
    return run;
  }

  changeover::Changeover changeover_{
      *store_,
      {.valid = [](store::Reader&, const std::string&, std::int64_t,
                   const v1::Signal&) { return true; },
       .judge = [](store::Transaction&, const store::Org&,
                   const upstream::MailboxContent::FeedbackResult&) { return Result<void>(); },
       .now_ms = [this] { return clock_.now_ms(); }}};
  std::string caller_;
  std::string other_;
  std::vector<std::string> texts_;
  std::vector<std::string> given_;
  std::vector<const pb::MethodDescriptor*> methods_;
  const std::uint32_t seed_ = std::random_device{}();
  std::mt19937 random_{seed_};
};

TEST_F(IsolationTest, NoSequenceOfCallsReturnsAByteOfAnotherOrganisation) {
  SCOPED_TRACE("seed " + std::to_string(seed_));
  // Who may use the other one is told its secrets: else nothing below would mean anything. Its
  // cursors and page tokens are tried afterwards.
  run(kOtherOrg, kTestOrg,
      {"Mailbox.ListMessages", "Mailbox.GetMessage", "Signals.ListSignals", "Signals.GetSignal",
       "Feedback.GetFeedback", "Feedback.ListFeedback", "Lists.ListNotices", "Lists.ListReadings",
       "Channels.ListReturns"},
      [](const Run& run, const std::string& method) { return run.told.contains(method); });
  const Run mine =
      run(kTestOrg, kOtherOrg,
          {"Mailbox.ListMessages", "Mailbox.GetMessage", "Mailbox.MarkSeen", "Signals.ListSignals",
           "Signals.GetSignal", "Signals.AssignSignal", "Feedback.GetFeedback",
           "Feedback.ListFeedback", "Proposals.ProposeAnswers", "Work.GetWorkRules",
           "Work.GetWorkload", "Work.TakeSignals", "Modules.PullEvents", "Modules.Handshake"},
          [](const Run& run, const std::string& method) { return run.answered.contains(method); });
  EXPECT_EQ(mine.told, std::set<std::string>());
  for (const auto& [method, times] : mine.answered)
    EXPECT_EQ(method.find("Admin."), std::string::npos) << method;
}

}  // namespace
}  // namespace semafoor::rpc
