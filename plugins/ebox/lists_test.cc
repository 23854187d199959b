// SPDX-License-Identifier: Apache-2.0
//
// Documents as data: the gateway's calls, through the plugin.
#include <gmock/gmock.h>

#include "plugins/kit/plugin.h"
#include "plugins/kit/testing/plugin_fixture.h"
#include "semafoor/v1/lists.pb.h"

namespace semafoor::ebox {
namespace {

using ::testing::HasSubstr;

class ListsTest : public kit::testing::PluginTest {};

TEST_F(ListsTest, EveryCallOfTheServiceIsTheirs) {
  const auto* service = v1::ListReadingsRequest::descriptor()->file()->FindServiceByName("Lists");
  ASSERT_NE(service, nullptr);
  for (int i = 0; i < service->method_count(); ++i) {
    const auto& method = *service->method(i);
    const std::unique_ptr<google::protobuf::Message> response(
        google::protobuf::MessageFactory::generated_factory()
            ->GetPrototype(method.output_type())
            ->New());
    gateway_.answer("/semafoor.v1.Lists/" + method.name(), *response);
    EXPECT_EQ(call("Lists/" + method.name(), "{}"), SEMAFOOR_OK)
        << method.name() << ": " << problem_.message;
  }
  EXPECT_EQ(service->method_count(), 9);
}

TEST_F(ListsTest, LinesOfADossierComeAsJson) {
  v1::ListStatementLinesResponse response;
  auto& line = *response.add_lines();
  line.set_dossier_number("2026117");
  line.mutable_amount()->set_eurocents(-1460);
  gateway_.answer("/semafoor.v1.Lists/ListStatementLines", response);
  ASSERT_EQ(call("Lists/ListStatementLines", R"({"dossierNumber":"2026/117"})"), SEMAFOOR_OK)
      << problem_.message;
  EXPECT_THAT(body_, HasSubstr(R"("eurocents":"-1460")"));
  const auto seen = gateway_.seen("/semafoor.v1.Lists/ListStatementLines");
  ASSERT_EQ(seen.size(), 1U);
  v1::ListStatementLinesRequest request;
  ASSERT_TRUE(request.ParseFromString(seen[0].request));
  EXPECT_EQ(request.dossier_number(), "2026/117");
  EXPECT_NE(request.organisation().value(), "");
}

}  // namespace
}  // namespace semafoor::ebox
