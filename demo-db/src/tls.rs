//! TLS as libpq means it: `sslmode` says whether to encrypt and whom to trust.

use std::path::PathBuf;
use std::sync::Arc;

use postgres::config::SslMode;
use postgres::{CancelToken, Client, Config, NoTls};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::Error;

/// What is asked of the server's certificate; PostgreSQL's documentation, "SSL Support", table of modes.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Check {
    /// Nothing: encryption against eavesdroppers only.
    #[default]
    Nothing,
    /// A known authority signed it.
    Authority,
    /// And it is this host's.
    Full,
}

/// The TLS part of a connection string.
#[derive(Debug, Default)]
pub(crate) struct Trust {
    mode: Option<SslMode>,
    check: Check,
    root: Option<PathBuf>,
}

/// What libpq, Prisma and poolers take in a URL and a scratch database has no use for.
const WITHOUT_MEANING: &[&str] = &[
    "connection_limit",
    "gssencmode",
    "pgbouncer",
    "pool_timeout",
    "schema",
    "sslcompression",
    "sslsni",
];

/// How connections are encrypted.
#[derive(Clone)]
pub(crate) enum Tls {
    /// Not at all: a socket, or a server of our own.
    Never,
    /// As `sslmode` says.
    Rustls(MakeRustlsConnect),
}

impl Tls {
    pub(crate) fn connect(&self, config: &Config) -> Result<Client, postgres::Error> {
        match self {
            Tls::Never => config.connect(NoTls),
            Tls::Rustls(tls) => config.connect(tls.clone()),
        }
    }

    pub(crate) fn cancel(&self, token: &CancelToken) -> Result<(), postgres::Error> {
        match self {
            Tls::Never => token.cancel_query(NoTls),
            Tls::Rustls(tls) => token.cancel_query(tls.clone()),
        }
    }
}

/// Takes `sslmode` and `sslrootcert` out of a connection string, since the client's parser knows only some modes.
pub(crate) fn take_options(text: &str) -> Result<(String, Trust), Error> {
    let mut trust = Trust::default();
    let rest = if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        // A question mark may stand in a password.
        let host = text.find('@').unwrap_or_default();
        let Some(at) = text[host..].find('?') else {
            return Ok((text.to_owned(), trust));
        };
        let (head, options) = (&text[..host + at], &text[host + at + 1..]);
        let others = others(options, '&', &mut trust)?;
        format!("{head}?{others}")
    } else {
        others(text, ' ', &mut trust)?
    };
    Ok((rest, trust))
}

fn others(options: &str, separator: char, trust: &mut Trust) -> Result<String, Error> {
    let mut others = Vec::new();
    for option in options.split(separator) {
        match option.split_once('=') {
            Some(("sslmode", mode)) => trust.set_mode(mode)?,
            Some(("sslrootcert", "system")) => trust.check = Check::Full,
            Some(("sslrootcert", path)) => trust.root = Some(PathBuf::from(path)),
            Some(("sslcert" | "sslkey" | "sslpassword", _)) => {
                return Err(Error::Url("client certificates cannot be used"));
            }
            Some(("service" | "passfile", _)) => {
                return Err(Error::Url("service and password files are not read"));
            }
            Some((name, _)) if WITHOUT_MEANING.contains(&name) => {}
            _ => others.push(option),
        }
    }
    Ok(others.join(&separator.to_string()))
}

impl Trust {
    fn set_mode(&mut self, mode: &str) -> Result<(), Error> {
        let (mode, check) = match mode {
            "disable" => (SslMode::Disable, Check::Nothing),
            "allow" | "prefer" => (SslMode::Prefer, Check::Nothing),
            "require" => (SslMode::Require, Check::Nothing),
            "verify-ca" => (SslMode::Require, Check::Authority),
            "verify-full" => (SslMode::Require, Check::Full),
            _ => return Err(Error::Url("sslmode has no such value")),
        };
        self.mode = Some(mode);
        self.check = check;
        Ok(())
    }

    /// Whether to encrypt.
    pub(crate) fn mode(&self) -> SslMode {
        self.mode.unwrap_or(SslMode::Prefer)
    }

    /// What the client connects with.
    pub(crate) fn connector(&self) -> Result<Tls, Error> {
        let provider = Arc::new(ring::default_provider());
        let verifier = self.verifier(&provider)?;
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| Error::Url("no TLS version can be used"))?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        Ok(Tls::Rustls(MakeRustlsConnect::new(config)))
    }

    fn verifier(&self, provider: &Arc<CryptoProvider>) -> Result<Arc<Verifier>, Error> {
        // libpq: with a root certificate at hand, `require` checks it as `verify-ca` does.
        let check = match self.check {
            Check::Nothing if self.root.is_some() => Check::Authority,
            check => check,
        };
        let inner = match check {
            Check::Nothing => None,
            Check::Authority | Check::Full => Some(
                WebPkiServerVerifier::builder_with_provider(
                    Arc::new(self.roots()?),
                    Arc::clone(provider),
                )
                .build()
                .map_err(|_| Error::Url("sslrootcert holds no certificate of an authority"))?,
            ),
        };
        Ok(Arc::new(Verifier {
            check,
            inner,
            provider: Arc::clone(provider),
        }))
    }

    fn roots(&self) -> Result<RootCertStore, Error> {
        let mut store = RootCertStore::empty();
        if let Some(path) = &self.root {
            let certificates = CertificateDer::pem_file_iter(path)
                .map_err(|_| Error::Url("sslrootcert cannot be read"))?;
            store.add_parsable_certificates(certificates.filter_map(Result::ok));
        } else {
            store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        Ok(store)
    }
}

/// Checks as much of a certificate as was asked for.
#[derive(Debug)]
struct Verifier {
    check: Check,
    inner: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(inner) = &self.inner else {
            return Ok(ServerCertVerified::assertion());
        };
        let result =
            inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        match result {
            // The name is looked at last, so whoever fails by it has a good chain.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if self.check == Check::Authority => Ok(ServerCertVerified::assertion()),
            result => result,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
