// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace semafoor::upstream::ssdn {

// SSDNRequest.xsd, SSDNReply.xsd, and the common types of both.
inline constexpr char kService[] = "http://www.ksz-bcss.fgov.be/XSD/SSDN/Service";
inline constexpr char kCommon[] = "http://www.ksz-bcss.fgov.be/XSD/SSDN/Common";
// WebServiceConnector.wsdl.
inline constexpr char kConnector[] = "http://ksz-bcss.fgov.be/connectors/WebServiceConnector";
inline constexpr char kSendXml[] = "http://ksz-bcss.fgov.be/connectors/WebServiceConnector/sendXML";

}  // namespace semafoor::upstream::ssdn
