//! What lies in files, in a keyring and in the database.

use std::path::Path;
use std::str::FromStr;

use tokio::runtime::Runtime;
use vestibule::backend::{Kept, ServerAddress};
use vestibule::domain::{
    EventKind, Factor, MembershipId, MethodKind, PracticeId, Random, Role, SmsGateway, Status,
    Timestamp, UserId,
};
use vestibule::keychain::{Keychain, Personal};
use vestibule::operate::Config;
use vestibule::server::Proxies;
use vestibule::service::{Keys, SystemRandom};

use crate::text;

#[test]
fn the_configuration_of_a_server() {
    bolero::check!().for_each(|input: &[u8]| {
        if let Err(fault) = Config::parse(Path::new("server.toml"), text(input)) {
            assert!(fault.to_string().contains("server.toml"));
        }
    });
}

#[test]
fn an_address_of_a_server() {
    bolero::check!().for_each(|input: &[u8]| {
        if let Ok(address) = ServerAddress::from_str(text(input)) {
            assert_eq!(address.to_string().parse(), Ok(address.clone()));
            assert!(address.to_string().starts_with("https://"));
        }
        let _ = Proxies::parse(&[text(input)]);
    });
}

#[test]
fn the_keys_of_a_server() {
    bolero::check!().for_each(|input: &[u8]| {
        let _ = Keys::parse(&text(input).into());
    });
}

/// Every entry of a person is read as nothing or as what was kept, whatever lies there.
#[test]
fn an_entry_of_a_keyring() {
    let runtime = Runtime::new().unwrap();
    let user = UserId::new(Timestamp::UNIX_EPOCH, &SystemRandom as &dyn Random);
    bolero::check!().for_each(|input: &[u8]| {
        let keychain = Keychain::in_memory().unwrap();
        let backend = "https://server.example".to_owned();
        runtime.block_on(async {
            let user_name = user.to_string();
            let entry = text(input).into();
            for name in [
                Personal::Session {
                    backend: backend.clone(),
                    user: user_name.clone(),
                },
                Personal::Computer {
                    backend: backend.clone(),
                    user: user_name.clone(),
                },
                Personal::Remembered {
                    backend: backend.clone(),
                    user: user_name,
                },
                Personal::People {
                    backend: backend.clone(),
                },
            ] {
                keychain.remember(&name, &entry).await.unwrap();
            }
            let kept = Kept::new(keychain).bound_to(backend);
            let _ = kept.people().await.unwrap();
            let _ = kept.session(&user).await.unwrap();
            let _ = kept.computer(&user).await;
            let _ = kept.whose("sam@hills.example").await;
            let _ = kept.take_remembered(&user).await;
        });
    });
}

/// What a row of the database says.
#[test]
fn a_row() {
    bolero::check!().for_each(|input: &[u8]| {
        let kept = text(input);
        let _ = UserId::from_str(kept);
        let _ = PracticeId::from_str(kept);
        let _ = MembershipId::from_str(kept);
        let _ = Role::from_str(kept);
        let _ = Status::from_str(kept);
        let _ = MethodKind::from_str(kept);
        let _ = EventKind::from_str(kept);
        let _ = Factor::from_str(kept);
        if let Ok(gateway) = serde_json::from_str::<SmsGateway>(kept) {
            let _ = gateway.check();
            let _ = gateway.known_as();
        }
    });
}
