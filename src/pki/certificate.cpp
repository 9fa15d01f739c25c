#include "pki/certificate.hpp"

#include <algorithm>
#include <array>
#include <ctime>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "pki/pem.hpp"

namespace k8s_node {

namespace {

void free_stack(STACK_OF(X509) * stack) { // does not own the certificates
    sk_X509_free(stack);
}
using StackHandle = CHandle<STACK_OF(X509), free_stack>;
using StoreHandle = CHandle<X509_STORE, X509_STORE_free>;
using VerifyHandle = CHandle<X509_STORE_CTX, X509_STORE_CTX_free>;

std::chrono::sys_seconds to_time(const ASN1_TIME* time) {
    std::tm parts{};
    require(ASN1_TIME_to_tm(time, &parts), "read a date in a certificate");
    return std::chrono::sys_seconds(std::chrono::seconds(::timegm(&parts)));
}

std::string to_utf8(const ASN1_STRING* value) {
    unsigned char* text = nullptr;
    const int size = ASN1_STRING_to_UTF8(&text, value);
    if (size < 0) {
        throw openssl_error("read a name in a certificate");
    }
    std::string result(text, text + size);
    OPENSSL_free(text);
    return result;
}

std::vector<std::string> subject_entries(const CertificateHandle& certificate, int nid) {
    const X509_NAME* subject = X509_get_subject_name(certificate.get());
    std::vector<std::string> entries;
    int at = -1;
    while ((at = X509_NAME_get_index_by_NID(subject, nid, at)) >= 0) {
        entries.push_back(to_utf8(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at))));
    }
    return entries;
}

/// A certificate without usages may be used for anything; one with usages must also allow the
/// signature that TLS needs from its key.
bool allows_usage(const CertificateHandle& certificate, std::uint32_t extended_usage) {
    const auto extended = X509_get_extended_key_usage(certificate.get());
    const auto usage = X509_get_key_usage(certificate.get());
    return (extended & (extended_usage | XKU_ANYEKU)) != 0 && (usage & KU_DIGITAL_SIGNATURE) != 0;
}

StackHandle stack_of(std::span<const CertificateHandle> certificates) {
    auto stack = require_made<StackHandle>(sk_X509_new_null(), "verify a certificate");
    for (const auto& certificate : certificates) {
        require(sk_X509_push(stack.get(), certificate.get()), "verify a certificate");
    }
    return stack;
}

StoreHandle store_of(std::span<const CertificateHandle> anchors) {
    auto store = require_made<StoreHandle>(X509_STORE_new(), "verify a certificate");
    for (const auto& anchor : anchors) {
        require(X509_STORE_add_cert(store.get(), anchor.get()), "trust a certificate");
    }
    // As Go does, any trusted certificate ends the chain, a root or not.
    require(
        X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME),
        "verify a certificate");
    return store;
}

/// Returns the known certificate that these bytes are; empty if there is none.
CertificateHandle find_same(const PemBlock& block, std::span<const CertificateHandle> known) {
    for (const auto& each : known) {
        unsigned char* encoded = nullptr;
        const int size = i2d_X509(each.get(), &encoded);
        const bool same =
            size > 0 && std::equal(block.bytes.begin(), block.bytes.end(), encoded, encoded + size);
        OPENSSL_free(encoded);
        if (same && X509_up_ref(each.get()) == 1) {
            return CertificateHandle(each.get());
        }
    }
    return {};
}

} // namespace

std::vector<CertificateHandle> parse_certificates(std::string_view pem, std::string_view origin,
                                                  std::span<const CertificateHandle> known) {
    std::vector<CertificateHandle> certificates;
    for (const auto& block : parse_pem(pem, origin)) {
        if (block.label != "CERTIFICATE") {
            continue;
        }
        if (auto same = find_same(block, known)) {
            certificates.push_back(std::move(same));
            continue;
        }
        const unsigned char* at = block.bytes.data();
        certificates.push_back(require_made<CertificateHandle>(
            d2i_X509(nullptr, &at, static_cast<long>(block.bytes.size())),
            "read the certificate in " + std::string(origin)));
    }
    if (certificates.empty()) {
        throw Error(std::string(origin) + " contains no PEM certificate");
    }
    return certificates;
}

std::string certificate_to_pem(const CertificateHandle& certificate) {
    const auto bio = writing_bio();
    require(PEM_write_bio_X509(bio.get(), certificate.get()), "write a certificate as PEM");
    return content_of(bio);
}

Validity validity_of(const CertificateHandle& certificate) {
    return {to_time(X509_get0_notBefore(certificate.get())),
            to_time(X509_get0_notAfter(certificate.get()))};
}

std::string format_time(std::chrono::sys_seconds time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 64> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M UTC", &parts)};
}

std::string common_name_of(const CertificateHandle& certificate) {
    const auto names = subject_entries(certificate, NID_commonName);
    return names.empty() ? std::string() : names.back();
}

std::vector<std::string> organizations_of(const CertificateHandle& certificate) {
    auto names = subject_entries(certificate, NID_organizationName);
    std::sort(names.begin(), names.end());
    return names;
}

std::string issuer_of(const CertificateHandle& certificate) {
    const auto bio = writing_bio();
    X509_NAME_print_ex(bio.get(), X509_get_issuer_name(certificate.get()), 0, XN_FLAG_ONELINE);
    return content_of(bio);
}

bool may_sign(const CertificateHandle& certificate) {
    // 1 is a v3 certificate with CA:TRUE; the other positive results are for legacy certificates
    // that Go does not accept.
    return X509_check_ca(certificate.get()) == 1;
}

bool allows_server(const CertificateHandle& certificate) {
    return allows_usage(certificate, XKU_SSL_SERVER);
}

bool allows_client(const CertificateHandle& certificate) {
    return allows_usage(certificate, XKU_SSL_CLIENT);
}

bool covers_dns_name(const CertificateHandle& certificate, const std::string& name) {
    return X509_check_host(certificate.get(), name.data(), name.size(),
                           X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, nullptr) == 1;
}

bool has_dns_name(const CertificateHandle& certificate, const std::string& name) {
    return X509_check_host(certificate.get(), name.data(), name.size(),
                           X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_WILDCARDS,
                           nullptr) == 1;
}

bool covers_ip_address(const CertificateHandle& certificate, const std::string& address) {
    return X509_check_ip_asc(certificate.get(), address.c_str(), 0) == 1;
}

bool belongs_to(const CertificateHandle& certificate, const KeyHandle& key) {
    const bool belongs = X509_check_private_key(certificate.get(), key.get()) == 1;
    ERR_clear_error();
    return belongs;
}

bool same_certificate(const CertificateHandle& one, const CertificateHandle& other) {
    return X509_cmp(one.get(), other.get()) == 0;
}

std::optional<std::string> distrust_reason(std::span<const CertificateHandle> chain,
                                           std::span<const CertificateHandle> anchors) {
    const auto store = store_of(anchors);
    const auto intermediates = stack_of(chain.subspan(1));
    const auto context = require_made<VerifyHandle>(X509_STORE_CTX_new(), "verify a certificate");
    require(
        X509_STORE_CTX_init(context.get(), store.get(), chain.front().get(), intermediates.get()),
        "verify a certificate");
    const bool trusted = X509_verify_cert(context.get()) == 1;
    ERR_clear_error();
    if (trusted) {
        return std::nullopt;
    }
    return X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
}

} // namespace k8s_node
