// Requests for certificates that somebody who is not trusted has written.
#include <gmock/gmock.h>
#include <openssl/x509v3.h>

#include "pki/certificate_request.hpp"
#include "request_form.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node::pki_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string refusal(const std::string& pem) {
    try {
        static_cast<void>(parse_certificate_request(pem));
    } catch (const Error& error) {
        return error.message();
    }
    return "";
}

std::string refusal(const RequestForm& form) {
    return refusal(make_request(form));
}

TEST(CertificateRequest, IsReadAsAKubeletWritesIt) {
    const auto read = parse_certificate_request(make_request(
        {.alternative_names = "DNS:w1,DNS:w1.example.org,IP:192.0.2.7,IP:2001:db8::7"}));
    EXPECT_EQ(read.common_name, "system:node:w1");
    EXPECT_THAT(read.organizations, ElementsAre("system:nodes"));
    EXPECT_THAT(read.dns_names, ElementsAre("w1", "w1.example.org"));
    EXPECT_THAT(read.ip_addresses, ElementsAre("192.0.2.7", "2001:db8::7"));
}

TEST(CertificateRequest, AnAddressInAnotherFormIsTheSameAddress) {
    const auto read = parse_certificate_request(
        make_request({.alternative_names = "IP:::ffff:192.0.2.7,IP:2001:DB8:0::7"}));
    EXPECT_THAT(read.ip_addresses, ElementsAre("192.0.2.7", "2001:db8::7"));
    EXPECT_EQ(normal_address("::ffff:192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(normal_address("2001:0db8::07"), "2001:db8::7");
    EXPECT_EQ(normal_address("192.0.2.7/32"), "");
    EXPECT_EQ(normal_address("w1"), "");
}

TEST(CertificateRequest, MayHaveNoAlternativeNames) {
    const auto read = parse_certificate_request(make_request({.alternative_names = ""}));
    EXPECT_TRUE(read.dns_names.empty() && read.ip_addresses.empty());
}

TEST(CertificateRequest, HasAKeyThatIsStrongEnough) {
    for (const auto* key : {"P-256", "P-384", "P-521", "RSA:2048", "RSA:3072", "ED25519"}) {
        EXPECT_EQ(refusal(RequestForm{.key = key}), "") << key;
    }
    EXPECT_THAT(refusal(RequestForm{.key = "RSA:1024"}), HasSubstr("1024 bits"));
    EXPECT_THAT(refusal(RequestForm{.key = "P-224"}), HasSubstr("curves"));
    EXPECT_THAT(refusal(RequestForm{.key = "secp256k1"}), HasSubstr("curves"));
}

TEST(CertificateRequest, IsSignedByItsOwnKey) {
    const auto rename = [](X509_REQ* request) { add_to_subject(request, "O", "system:nodes"); };
    EXPECT_THAT(refusal(RequestForm{.organizations = {}, .spoil = rename}),
                HasSubstr("not by its own key"));
}

TEST(CertificateRequest, HasNothingInItsSubjectThatAnotherReaderMightPrefer) {
    const auto with = [](const char* name, const char* value) {
        return RequestForm{
            .twist = [=](X509_REQ* request) { add_to_subject(request, name, value); }};
    };
    EXPECT_THAT(refusal(with("OU", "x")), HasSubstr("besides a common name"));
    EXPECT_THAT(refusal(with("CN", "system:node:w2")), HasSubstr("2 common names"));
    EXPECT_THAT(refusal(RequestForm{.common_name = ""}), HasSubstr("0 common names"));
    EXPECT_THAT(refusal(RequestForm{.common_name = std::string("system:node:w1\0.evil", 20)}),
                HasSubstr("zero byte"));
}

TEST(CertificateRequest, AsksForNothingButNamesAndAddresses) {
    EXPECT_THAT(refusal(RequestForm{.alternative_names = "DNS:w1,email:root@w1"}),
                HasSubstr("e-mail"));
    EXPECT_THAT(refusal(RequestForm{.alternative_names = "DNS:w1,URI:spiffe://w1"}),
                HasSubstr("URI"));
    EXPECT_THAT(refusal(RequestForm{.alternative_names = "DNS:w1,RID:1.2.3"}),
                HasSubstr("neither a DNS name nor an address"));
    const auto authority = [](X509_REQ* request) {
        add_extensions(request,
                       {{NID_subject_alt_name, "DNS:w1"}, {NID_basic_constraints, "CA:TRUE"}});
    };
    EXPECT_THAT(refusal(RequestForm{.alternative_names = "", .twist = authority}),
                HasSubstr("extensions besides"));
    const auto twice = [](X509_REQ* request) {
        add_extensions(
            request, {{NID_subject_alt_name, "DNS:w1"}, {NID_subject_alt_name, "DNS:kubernetes"}});
    };
    EXPECT_THAT(refusal(RequestForm{.alternative_names = "", .twist = twice}),
                HasSubstr("extensions besides"));
    const auto as_microsoft = [](X509_REQ* request) {
        add_extensions(request, {{NID_subject_alt_name, "DNS:kubernetes"}}, NID_ms_ext_req);
    };
    EXPECT_THAT(refusal(RequestForm{.twist = as_microsoft}), HasSubstr("attributes besides"));
    const auto password = [](X509_REQ* request) {
        X509_REQ_add1_attr_by_NID(request, NID_pkcs9_challengePassword, MBSTRING_ASC,
                                  reinterpret_cast<const unsigned char*>("x"), 1);
    };
    EXPECT_THAT(refusal(RequestForm{.twist = password}), HasSubstr("attributes besides"));
}

TEST(CertificateRequest, IsOneBlockThatEveryReaderReadsAlike) {
    const auto good = make_request({});
    const auto other = make_request({.alternative_names = "DNS:kubernetes"});
    const std::string one_block = "not exactly one PEM block";
    EXPECT_EQ(refusal(good), "");
    EXPECT_EQ(refusal(good + "\n"), "");
    EXPECT_THAT(refusal(std::string()), HasSubstr(one_block));
    EXPECT_THAT(refusal(other + good), HasSubstr(one_block));
    EXPECT_THAT(refusal("text\n" + good), HasSubstr(one_block));
    EXPECT_THAT(refusal(good + "text\n"), HasSubstr(one_block));
    EXPECT_THAT(refusal(replace_all(good, "CERTIFICATE", "NEW CERTIFICATE")), HasSubstr(one_block));
    EXPECT_THAT(refusal(replace_all(good, "REQUEST-----\n", "REQUEST-----\nProc-Type: 4\n\n")),
                HasSubstr(one_block));
    EXPECT_NE(refusal("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE "
                      "REQUEST-----\n"),
              "");
    EXPECT_THAT(refusal(std::string(70'000, 'x')), HasSubstr("64 KiB"));
}

} // namespace
} // namespace k8s_node::pki_test
