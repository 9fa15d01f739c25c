#include "pki/certificate_request.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <span>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "pki/openssl.hpp"
#include "pki/pem.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

void free_extensions(STACK_OF(X509_EXTENSION) * extensions) {
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
}
using RequestHandle = CHandle<X509_REQ, X509_REQ_free>;
using ExtensionsHandle = CHandle<STACK_OF(X509_EXTENSION), free_extensions>;
using NamesHandle = CHandle<GENERAL_NAMES, GENERAL_NAMES_free>;

constexpr std::string_view begin_line = "-----BEGIN CERTIFICATE REQUEST-----\n";
constexpr std::string_view end_line = "-----END CERTIFICATE REQUEST-----";
constexpr std::size_t longest_request = std::size_t{64} << 10;
constexpr int fewest_rsa_bits = 2048;
constexpr int most_rsa_bits = 8192; ///< a longer key would only be work for everybody

/// The API server and the signer take the first block of a text and pass over what is around it.
void check_one_block(std::string_view pem) {
    const auto body = trim(pem);
    if (pem.size() > longest_request) {
        throw Error("the request is longer than 64 KiB");
    }
    if (!pem.starts_with(begin_line) || !body.ends_with(end_line) ||
        pem.find("-----BEGIN", 1) != std::string_view::npos ||
        pem.find(':') != std::string_view::npos) {
        throw Error("the request is not exactly one PEM block 'CERTIFICATE REQUEST'");
    }
}

RequestHandle read_request(std::string_view pem) {
    check_one_block(pem);
    const auto blocks = parse_pem(pem, "the request");
    if (blocks.size() != 1) {
        throw Error("the request is not exactly one PEM block 'CERTIFICATE REQUEST'");
    }
    const auto& bytes = blocks.front().bytes;
    const unsigned char* at = bytes.data();
    auto request = require_made<RequestHandle>(
        d2i_X509_REQ(nullptr, &at, static_cast<long>(bytes.size())), "read the request");
    if (at != bytes.data() + bytes.size()) {
        throw Error("bytes follow the request in its PEM block");
    }
    return request;
}

/// Returns the text of a string; one with a zero byte would end early for some readers.
std::string text_of(const ASN1_STRING* value) {
    unsigned char* text = nullptr;
    const int size = ASN1_STRING_to_UTF8(&text, value);
    if (size < 0) {
        throw openssl_error("read a name in the request");
    }
    std::string result(text, text + size);
    OPENSSL_free(text);
    if (result.find('\0') != std::string::npos) {
        throw Error("a name in the request has a zero byte");
    }
    return result;
}

void read_subject(const RequestHandle& request, CertificateRequest& read) {
    const X509_NAME* subject = X509_REQ_get_subject_name(request.get());
    int common_names = 0;
    for (int i = 0; i < X509_NAME_entry_count(subject); ++i) {
        const auto* entry = X509_NAME_get_entry(subject, i);
        const int nid = OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry));
        auto text = text_of(X509_NAME_ENTRY_get_data(entry));
        if (nid == NID_commonName) {
            ++common_names;
            read.common_name = std::move(text);
        } else if (nid == NID_organizationName) {
            read.organizations.push_back(std::move(text));
        } else {
            throw Error("its subject has something besides a common name and organizations");
        }
    }
    if (common_names != 1) {
        throw Error("its subject has " + std::to_string(common_names) + " common names, not one");
    }
}

void check_key(const RequestHandle& request) {
    auto* key = X509_REQ_get0_pubkey(request.get());
    if (key == nullptr) {
        throw openssl_error("read the key in the request");
    }
    const int bits = EVP_PKEY_get_bits(key);
    switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
        if (bits < fewest_rsa_bits || bits > most_rsa_bits) {
            throw Error("its RSA key has " + std::to_string(bits) + " bits, not 2048 to 8192");
        }
        break;
    case EVP_PKEY_EC: {
        std::array<char, 64> group{};
        EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr);
        const std::string_view name = group.data();
        if (name != "prime256v1" && name != "secp384r1" && name != "secp521r1") {
            throw Error("its key is on none of the curves P-256, P-384 and P-521");
        }
        break;
    }
    case EVP_PKEY_ED25519:
        break;
    default:
        throw Error("its key is none of RSA, ECDSA and Ed25519");
    }
}

void check_signature(const RequestHandle& request) {
    if (X509_REQ_verify(request.get(), X509_REQ_get0_pubkey(request.get())) != 1) {
        ERR_clear_error();
        throw Error("its signature is not by its own key");
    }
}

/// Returns the value of the one extension, and of the one attribute, that may be there.
X509_EXTENSION* alternative_names_in(const RequestHandle& request, ExtensionsHandle& extensions) {
    const int attributes = X509_REQ_get_attr_count(request.get());
    if (attributes == 0) {
        return nullptr;
    }
    auto* attribute = X509_REQ_get_attr(request.get(), 0);
    if (attributes != 1 || X509_ATTRIBUTE_count(attribute) != 1 ||
        OBJ_obj2nid(X509_ATTRIBUTE_get0_object(attribute)) != NID_ext_req) {
        throw Error("it has attributes besides one list of extensions");
    }
    extensions.reset(X509_REQ_get_extensions(request.get()));
    if (sk_X509_EXTENSION_num(extensions.get()) != 1 ||
        OBJ_obj2nid(X509_EXTENSION_get_object(sk_X509_EXTENSION_value(extensions.get(), 0))) !=
            NID_subject_alt_name) {
        throw Error("it asks for extensions besides alternative names");
    }
    return sk_X509_EXTENSION_value(extensions.get(), 0);
}

std::string address_text(std::span<const unsigned char> bytes) {
    constexpr std::array<unsigned char, 12> mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (bytes.size() == 16 && std::ranges::equal(bytes.first(mapped.size()), mapped)) {
        bytes = bytes.subspan(mapped.size());
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = bytes.size() == 4 ? AF_INET : AF_INET6;
    if ((bytes.size() != 4 && bytes.size() != 16) ||
        ::inet_ntop(family, bytes.data(), text.data(), text.size()) == nullptr) {
        throw Error("it has an IP address of " + std::to_string(bytes.size()) + " bytes");
    }
    return text.data();
}

void read_name(const GENERAL_NAME* name, CertificateRequest& read) {
    switch (name->type) {
    case GEN_DNS:
        read.dns_names.push_back(text_of(name->d.dNSName));
        break;
    case GEN_IPADD: {
        const auto* bytes = ASN1_STRING_get0_data(name->d.iPAddress);
        const auto size = static_cast<std::size_t>(ASN1_STRING_length(name->d.iPAddress));
        read.ip_addresses.push_back(address_text({bytes, size}));
        break;
    }
    case GEN_EMAIL:
        throw Error("it asks for an e-mail address");
    case GEN_URI:
        throw Error("it asks for a URI");
    default:
        throw Error("it asks for an alternative name that is neither a DNS name nor an address");
    }
}

void read_alternative_names(const RequestHandle& request, CertificateRequest& read) {
    ExtensionsHandle extensions;
    auto* extension = alternative_names_in(request, extensions);
    if (extension == nullptr) {
        return;
    }
    const auto names =
        require_made<NamesHandle>(static_cast<GENERAL_NAMES*>(X509V3_EXT_d2i(extension)),
                                  "read the alternative names of the request");
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
        read_name(sk_GENERAL_NAME_value(names.get(), i), read);
    }
}

} // namespace

CertificateRequest parse_certificate_request(std::string_view pem) {
    const auto request = read_request(pem);
    CertificateRequest read;
    check_key(request);
    read_subject(request, read);
    read_alternative_names(request, read);
    check_signature(request);
    return read;
}

std::string normal_address(const std::string& text) {
    std::array<unsigned char, 16> bytes{};
    if (::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
        return address_text(std::span(bytes).first(4));
    }
    return ::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1 ? address_text(bytes) : "";
}

} // namespace k8s_node
