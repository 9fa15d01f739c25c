#include "pki/signing.hpp"

#include <algorithm>
#include <array>
#include <string>

#include <openssl/bn.h>
#include <openssl/x509v3.h>

namespace k8s_node {

namespace {

using NamesHandle = CHandle<GENERAL_NAMES, GENERAL_NAMES_free>;
using GeneralNameHandle = CHandle<GENERAL_NAME, GENERAL_NAME_free>;
using ConstraintsHandle = CHandle<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>;
using BitsHandle = CHandle<ASN1_BIT_STRING, ASN1_BIT_STRING_free>;
using StringHandle = CHandle<ASN1_STRING, ASN1_STRING_free>;
using OctetsHandle = CHandle<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;
using UsagesHandle = CHandle<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;
using KeyIdHandle = CHandle<AUTHORITY_KEYID, AUTHORITY_KEYID_free>;
using NameHandle = CHandle<X509_NAME, X509_NAME_free>;
using NumberHandle = CHandle<BIGNUM, BN_free>;

constexpr const char* making = "create a certificate";

// Bits of the key usage extension (RFC 5280, 4.2.1.3).
constexpr int digital_signature = 0;
constexpr int key_encipherment = 2;
constexpr int key_cert_sign = 5;

enum class Critical : int { no = 0, yes = 1 };

void add_extension(const CertificateHandle& certificate, int nid, void* value, Critical critical) {
    require(X509_add1_ext_i2d(certificate.get(), nid, value, static_cast<int>(critical),
                              X509V3_ADD_DEFAULT),
            "add an extension to a certificate");
}

void add_basic_constraints(const CertificateHandle& certificate, bool authority) {
    const auto constraints = require_made<ConstraintsHandle>(BASIC_CONSTRAINTS_new(), making);
    constraints->ca = authority ? 0xff : 0;
    add_extension(certificate, NID_basic_constraints, constraints.get(), Critical::yes);
}

void add_key_usage(const CertificateHandle& certificate, std::initializer_list<int> usages) {
    const auto bits = require_made<BitsHandle>(ASN1_BIT_STRING_new(), making);
    for (const int usage : usages) {
        require(ASN1_BIT_STRING_set_bit(bits.get(), usage, 1), making);
    }
    add_extension(certificate, NID_key_usage, bits.get(), Critical::yes);
}

void add_leaf_key_usage(const CertificateHandle& certificate, const KeyHandle& key) {
    if (EVP_PKEY_is_a(key.get(), "RSA") == 1) {
        add_key_usage(certificate, {digital_signature, key_encipherment});
    } else {
        add_key_usage(certificate, {digital_signature});
    }
}

void add_extended_key_usage(const CertificateHandle& certificate, const CertificateSpec& spec) {
    const auto usages = require_made<UsagesHandle>(EXTENDED_KEY_USAGE_new(), making);
    for (const auto& [wanted, nid] :
         {std::pair{spec.server, NID_server_auth}, std::pair{spec.client, NID_client_auth}}) {
        if (wanted) {
            require(sk_ASN1_OBJECT_push(usages.get(), OBJ_nid2obj(nid)), making);
        }
    }
    if (sk_ASN1_OBJECT_num(usages.get()) > 0) {
        add_extension(certificate, NID_ext_key_usage, usages.get(), Critical::no);
    }
}

/// The SHA-1 of the public key's bits identifies it (RFC 5280, 4.2.1.2); nothing relies on its
/// strength.
void add_subject_key_id(const CertificateHandle& certificate) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    require(X509_pubkey_digest(certificate.get(), EVP_sha1(), digest.data(), &size), making);
    const auto id = require_made<OctetsHandle>(ASN1_OCTET_STRING_new(), making);
    require(ASN1_OCTET_STRING_set(id.get(), digest.data(), static_cast<int>(size)), making);
    add_extension(certificate, NID_subject_key_identifier, id.get(), Critical::no);
}

void add_authority_key_id(const CertificateHandle& certificate,
                          const CertificateHandle& authority) {
    const ASN1_OCTET_STRING* id = X509_get0_subject_key_id(authority.get());
    if (id == nullptr) {
        return;
    }
    const auto key_id = require_made<KeyIdHandle>(AUTHORITY_KEYID_new(), making);
    key_id->keyid = ASN1_OCTET_STRING_dup(id);
    add_extension(certificate, NID_authority_key_identifier, key_id.get(), Critical::no);
}

void push_name(const NamesHandle& names, int type, StringHandle value) {
    auto name = require_made<GeneralNameHandle>(GENERAL_NAME_new(), making);
    GENERAL_NAME_set0_value(name.get(), type, value.release());
    require(sk_GENERAL_NAME_push(names.get(), name.get()), making);
    static_cast<void>(name.release());
}

void push_dns_name(const NamesHandle& names, const std::string& name) {
    auto value = require_made<StringHandle>(ASN1_IA5STRING_new(), making);
    require(ASN1_STRING_set(value.get(), name.data(), static_cast<int>(name.size())), making);
    push_name(names, GEN_DNS, std::move(value));
}

void push_ip_address(const NamesHandle& names, const std::string& address) {
    push_name(
        names, GEN_IPADD,
        require_made<StringHandle>(a2i_IPADDRESS(address.c_str()),
                                   "put the IP address '" + address + "' into a certificate"));
}

void add_alternative_names(const CertificateHandle& certificate,
                           const std::vector<std::string>& dns_names,
                           const std::vector<std::string>& ip_addresses) {
    if (dns_names.empty() && ip_addresses.empty()) {
        return;
    }
    const auto names = require_made<NamesHandle>(GENERAL_NAMES_new(), making);
    for (const auto& name : dns_names) {
        push_dns_name(names, name);
    }
    for (const auto& address : ip_addresses) {
        push_ip_address(names, address);
    }
    add_extension(certificate, NID_subject_alt_name, names.get(), Critical::no);
}

/// Typed as UTF8String rather than as "multibyte" text: OpenSSL then does not limit a common name
/// to 64 characters, which "system:node:<long name>" exceeds and Go does not require.
void add_name_entry(const NameHandle& name, int nid, const std::string& value) {
    const std::vector<unsigned char> bytes(value.begin(), value.end());
    require(X509_NAME_add_entry_by_NID(name.get(), nid, V_ASN1_UTF8STRING, bytes.data(),
                                       static_cast<int>(bytes.size()), -1, 0),
            "put '" + value + "' into the subject of a certificate");
}

NameHandle subject_of(const CertificateSpec& spec) {
    auto name = require_made<NameHandle>(X509_NAME_new(), making);
    for (const auto& organization : spec.organizations) {
        add_name_entry(name, NID_organizationName, organization);
    }
    add_name_entry(name, NID_commonName, spec.common_name);
    return name;
}

/// 127 random bits: positive, never zero, within RFC 5280's 20 octets.
void set_random_serial(const CertificateHandle& certificate) {
    const auto number = require_made<NumberHandle>(BN_new(), making);
    require(BN_rand(number.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY),
            "generate a serial number");
    if (BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get())) == nullptr) {
        throw openssl_error(making);
    }
}

void set_validity(const CertificateHandle& certificate, const Validity& validity) {
    const auto set = [](ASN1_TIME* field, std::chrono::sys_seconds time) {
        if (ASN1_TIME_set(field, std::chrono::system_clock::to_time_t(time)) == nullptr) {
            throw openssl_error("set a date in a certificate");
        }
    };
    set(X509_getm_notBefore(certificate.get()), validity.not_before);
    set(X509_getm_notAfter(certificate.get()), validity.not_after);
}

CertificateHandle create_unsigned(const CertificateSpec& spec, const KeyHandle& key,
                                  const Validity& validity) {
    auto certificate = require_made<CertificateHandle>(X509_new(), making);
    require(X509_set_version(certificate.get(), X509_VERSION_3), making);
    set_random_serial(certificate);
    set_validity(certificate, validity);
    require(X509_set_subject_name(certificate.get(), subject_of(spec).get()), making);
    require(X509_set_pubkey(certificate.get(), key.get()), making);
    return certificate;
}

/// Ed25519 and Ed448 include their own digest and take none.
const EVP_MD* digest_for(const KeyHandle& key) {
    const bool has_its_own_digest =
        EVP_PKEY_is_a(key.get(), "ED25519") == 1 || EVP_PKEY_is_a(key.get(), "ED448") == 1;
    return has_its_own_digest ? nullptr : EVP_sha256();
}

void sign(const CertificateHandle& certificate, const X509_NAME* issuer, const KeyHandle& key) {
    require(X509_set_issuer_name(certificate.get(), issuer), making);
    require(X509_sign(certificate.get(), key.get(), digest_for(key)), "sign a certificate");
}

Validity cut_to(const Validity& validity, const CertificateHandle& authority) {
    const Validity limit = validity_of(authority);
    const Validity cut{std::max(validity.not_before, limit.not_before),
                       std::min(validity.not_after, limit.not_after)};
    if (cut.not_after <= cut.not_before) {
        throw Error("the CA '" + common_name_of(authority) + "' is valid from " +
                    format_time(limit.not_before) + " to " + format_time(limit.not_after) +
                    " only and cannot sign anything now");
    }
    return cut;
}

} // namespace

Validity validity_from(std::chrono::sys_seconds now, int days) {
    return {now - std::chrono::minutes(5), now + std::chrono::days(days)};
}

CertificateHandle create_authority(const CertificateSpec& spec, const KeyHandle& key,
                                   const Validity& validity) {
    auto certificate = create_unsigned(spec, key, validity);
    add_basic_constraints(certificate, true);
    add_key_usage(certificate, {digital_signature, key_encipherment, key_cert_sign});
    add_subject_key_id(certificate);
    add_alternative_names(certificate, {spec.common_name}, {});
    sign(certificate, X509_get_subject_name(certificate.get()), key);
    return certificate;
}

CertificateHandle create_leaf(const CertificateSpec& spec, const KeyHandle& key,
                              const CertificateHandle& authority, const KeyHandle& authority_key,
                              const Validity& validity) {
    auto certificate = create_unsigned(spec, key, cut_to(validity, authority));
    add_basic_constraints(certificate, false);
    add_leaf_key_usage(certificate, key);
    add_extended_key_usage(certificate, spec);
    add_authority_key_id(certificate, authority);
    add_alternative_names(certificate, spec.dns_names, spec.ip_addresses);
    sign(certificate, X509_get_subject_name(authority.get()), authority_key);
    return certificate;
}

} // namespace k8s_node
