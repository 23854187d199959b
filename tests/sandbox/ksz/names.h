// SPDX-License-Identifier: Apache-2.0
//
// Names of the standards, and of the project's own wire.
#pragma once

namespace semafoor::sandbox::ksz {

// SOAP 1.1 (W3C note of 8 May 2000).
inline constexpr char kSoap[] = "http://schemas.xmlsoap.org/soap/envelope/";
// Web Services Security 1.0 and its X.509 Certificate Token Profile (OASIS, 2004).
inline constexpr char kWsse[] =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
inline constexpr char kWsu[] =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
inline constexpr char kX509v3[] =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3";
inline constexpr char kBase64Binary[] =
    "http://docs.oasis-open.org/wss/2004/01/"
    "oasis-200401-wss-soap-message-security-1.0#Base64Binary";
// XML Signature, and the algorithms of the social security's X.509 policy (helpcentre/soa/
// security_ws_x509).
inline constexpr char kDs[] = "http://www.w3.org/2000/09/xmldsig#";
inline constexpr char kExclusive[] = "http://www.w3.org/2001/10/xml-exc-c14n#";
inline constexpr char kRsaSha256[] = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
inline constexpr char kSha256[] = "http://www.w3.org/2001/04/xmlenc#sha256";
// System errors of the social security's platform (helpcentre/soa/technical_error).
inline constexpr char kSystemErrors[] = "https://socialsecurity.be/errors/v1";

// SSDNRequest.xsd, SSDNReply.xsd and what they share; WebServiceConnector.wsdl.
inline constexpr char kSsdn[] = "http://www.ksz-bcss.fgov.be/XSD/SSDN/Service";
inline constexpr char kSsdnCommon[] = "http://www.ksz-bcss.fgov.be/XSD/SSDN/Common";
inline constexpr char kConnector[] = "http://ksz-bcss.fgov.be/connectors/WebServiceConnector";

// Ours: x-podmi-1.xsd and x-podmi-soa-1.xsd.
inline constexpr char kPodmi[] = "urn:x-semafoor:podmi:1";
inline constexpr char kPodmiSoa[] = "urn:x-semafoor:podmi:soa:1";

}  // namespace semafoor::sandbox::ksz
