// SPDX-License-Identifier: Apache-2.0
//
// Names of the standards that this room writes and reads.
#pragma once

namespace semafoor::upstream::soap {

// SOAP 1.1 (W3C note of 8 May 2000).
inline constexpr char kSoap[] = "http://schemas.xmlsoap.org/soap/envelope/";
// Common types of the KSZ's services (CommonV3.xsd).
inline constexpr char kCommon[] = "http://kszbcss.fgov.be/types/common/v3";
// System errors of the social-security platform (socialsecurity.be,
// helpcentre/soa/technical_error).
inline constexpr char kSystemErrors[] = "https://socialsecurity.be/errors/v1";

// WS-Security 1.0/1.1 and its X.509 Certificate Token Profile (OASIS).
inline constexpr char kWsse[] =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
inline constexpr char kWsu[] =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
inline constexpr char kX509v3[] =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3";
inline constexpr char kBase64Binary[] =
    "http://docs.oasis-open.org/wss/2004/01/"
    "oasis-200401-wss-soap-message-security-1.0#Base64Binary";

// XML Signature, and the algorithms that the X.509 policy of the social security names
// (socialsecurity.be, helpcentre/soa/security_ws_x509).
inline constexpr char kDs[] = "http://www.w3.org/2000/09/xmldsig#";
inline constexpr char kRsaSha256[] = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
inline constexpr char kSha256[] = "http://www.w3.org/2001/04/xmlenc#sha256";

}  // namespace semafoor::upstream::soap
