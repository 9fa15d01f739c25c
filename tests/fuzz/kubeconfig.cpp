// A kubeconfig that an operator or another program left on the machine.
#include "kubeconfig/kubeconfig.hpp"

#include "property.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace k8s_node;
    Kubeconfig config;
    const bool accepted = fuzz::accepts([&] {
        try {
            config =
                parse_kubeconfig(fuzz::as_text(data, size), "/etc/x.conf", Root("/nonexistent"));
        } catch (const Error& error) {
            fuzz::require(error.message().find("PRIVATE KEY") == std::string::npos,
                          "no message shows a key", error.message());
            throw;
        }
    });
    if (accepted) {
        fuzz::require(config.server.starts_with("https://") && !config.server.ends_with('/'),
                      "the server is asked by https only", config.server);
        fuzz::require(!config.certificate_authority.empty(), "the server must prove itself");
        fuzz::require(config.client_certificate.empty() == config.client_key.empty(),
                      "a certificate has its key");
        fuzz::require(!config.token.empty() || !config.client_key.empty(),
                      "there is a token, or a certificate with its key");
    }
    return 0;
}
