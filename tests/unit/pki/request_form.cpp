#include "request_form.hpp"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "support/text.hpp"

namespace k8s_node::pki_test {

namespace {

KeyHandle make_key(const std::string& kind) {
    const auto parts = split(kind, ':');
    EVP_PKEY* made = nullptr;
    if (parts[0] == "RSA") {
        made = EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA",
                                 static_cast<std::size_t>(*parse_integer(parts[1])));
    } else if (parts[0] == "ED25519") {
        made = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    } else {
        made = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", parts[0].c_str());
    }
    return require_made<KeyHandle>(made, "make a key of " + kind);
}

} // namespace

void add_to_subject(X509_REQ* request, const char* name, const std::string& value) {
    require(X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(request), name, MBSTRING_UTF8,
                                       reinterpret_cast<const unsigned char*>(value.data()),
                                       static_cast<int>(value.size()), -1, 0),
            "add to the subject");
}

void add_extensions(X509_REQ* request, const std::vector<std::pair<int, std::string>>& extensions,
                    int attribute) {
    auto* list = sk_X509_EXTENSION_new_null();
    for (const auto& [nid, value] : extensions) {
        auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
        if (extension == nullptr) {
            throw openssl_error("make the extension " + value);
        }
        sk_X509_EXTENSION_push(list, extension);
    }
    require(X509_REQ_add_extensions_nid(request, list, attribute), "add extensions");
    sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
}

std::string make_request(const RequestForm& form) {
    const auto key = make_key(form.key);
    const CHandle<X509_REQ, X509_REQ_free> request(X509_REQ_new());
    for (const auto& organization : form.organizations) {
        add_to_subject(request.get(), "O", organization);
    }
    if (!form.common_name.empty()) {
        add_to_subject(request.get(), "CN", form.common_name);
    }
    if (!form.alternative_names.empty()) {
        add_extensions(request.get(), {{NID_subject_alt_name, form.alternative_names}});
    }
    form.twist(request.get());
    require(X509_REQ_set_pubkey(request.get(), key.get()), "set the key");
    const auto* digest = form.key == "ED25519" ? nullptr : EVP_sha256();
    require(X509_REQ_sign(request.get(), key.get(), digest), "sign the request");
    form.spoil(request.get());
    const auto bio = writing_bio();
    require(PEM_write_bio_X509_REQ(bio.get(), request.get()), "write the request");
    return content_of(bio);
}

} // namespace k8s_node::pki_test
