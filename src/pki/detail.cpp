#include "pki/detail.hpp"

#include <arpa/inet.h>
#include <array>

#include <openssl/x509v3.h>

#include "kubeconfig/kubeconfig.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

using NamesHandle = CHandle<GENERAL_NAMES, GENERAL_NAMES_free>;

std::string subject_of(const CertificateHandle& certificate) {
    const auto bio = writing_bio();
    X509_NAME_print_ex(bio.get(), X509_get_subject_name(certificate.get()), 0, XN_FLAG_ONELINE);
    return content_of(bio);
}

std::string address_text(const ASN1_OCTET_STRING* value) {
    constexpr int v4_bytes = 4;
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = ASN1_STRING_length(value) == v4_bytes ? AF_INET : AF_INET6;
    return ::inet_ntop(family, ASN1_STRING_get0_data(value), text.data(), text.size()) == nullptr
               ? std::string()
               : text.data();
}

std::vector<std::string> alternative_names(const CertificateHandle& certificate) {
    const NamesHandle names(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate.get(), NID_subject_alt_name, nullptr, nullptr)));
    std::vector<std::string> out;
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const auto* name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type == GEN_DNS) {
            const auto* text = name->d.dNSName;
            out.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                             static_cast<std::size_t>(ASN1_STRING_length(text)));
        } else if (name->type == GEN_IPADD) {
            out.push_back(address_text(name->d.iPAddress));
        }
    }
    return out;
}

std::string hex_of(const ASN1_OCTET_STRING* id) {
    return id == nullptr ? std::string()
                         : to_hex({ASN1_STRING_get0_data(id),
                                   static_cast<std::size_t>(ASN1_STRING_length(id))});
}

/// Returns the PEM text with the certificate, empty if there is none.
std::string pem_at(const Root& root, const std::filesystem::path& path) {
    if (path.extension() != ".conf") {
        return read_file_if_exists(root.at(path)).value_or("");
    }
    const auto kubeconfig = read_kubeconfig_if_exists(path, root);
    return kubeconfig ? kubeconfig->client_certificate : "";
}

} // namespace

CertificateDetail detail_of(const CertificateHandle& certificate) {
    return {subject_of(certificate),
            alternative_names(certificate),
            issuer_of(certificate),
            validity_of(certificate),
            hex_of(X509_get0_subject_key_id(certificate.get())),
            hex_of(X509_get0_authority_key_id(certificate.get()))};
}

std::optional<CertificateDetail> read_detail(const Root& root, const std::filesystem::path& path) {
    try {
        const auto pem = pem_at(root, path);
        return pem.empty()
                   ? std::nullopt
                   : std::optional(detail_of(parse_certificates(pem, path.string()).front()));
    } catch (const Error&) { // whoever validates it says what is wrong
        return std::nullopt;
    }
}

} // namespace k8s_node
