'use strict';

// The ids in the description's examples.
const EXAMPLES = {
  organization: '0197f2c8d0a07c53b0d1f1f4b0c7a001',
  location: '0197f2c8d0a07c53b0d1f1f4b0c7a002',
  service: '0197f2c8d0a07c53b0d1f1f4b0c7a003',
  customer: '0197f2c8d0a07c53b0d1f1f4b0c7a004',
};

const state = document.getElementById('state');

function say(text, failed) {
  state.textContent = text;
  state.classList.toggle('failed', failed);
}

// A member of an answer, or nothing where there is none: not every service may ask everything.
async function ask(path, token, member) {
  const answer = await fetch(path, { headers: { Authorization: `Bearer ${token}` } });
  return answer.ok ? member(await answer.json()) : undefined;
}

// What the examples stand for, in the service's own organization.
async function own(token) {
  const service = JSON.parse(atob(token.split('.')[1])).iss;
  const organization = await ask(`../v1/sts/services/${service}`, token, it => it.domains.service.organizations[0]);
  const settings = `../v1/organizations/${organization}/settings`;
  const customers = `../v2/customers/organizations/${organization}?size=1`;
  return {
    organization,
    location: await ask(settings, token, it => it.defaultLocationId),
    service,
    customer: await ask(customers, token, it => it.customers[0]?.id),
  };
}

async function start() {
  const description = await (await fetch('../openapi.json')).text();
  const ui = SwaggerUIBundle({
    spec: JSON.parse(description),
    dom_id: '#interface',
    deepLinking: true,
    tryItOutEnabled: true,
    defaultModelsExpandDepth: 0,
    presets: [SwaggerUIBundle.presets.apis],
    layout: 'BaseLayout',
  });
  document.getElementById('login').addEventListener('submit', async event => {
    event.preventDefault();
    try {
      const keys = Object.fromEntries([...new FormData(event.target)].map(([name, value]) => [name, value.trim()]));
      const answer = await fetch('../v1/sts/login/services', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(keys),
      });
      const { token, message } = await answer.json();
      if (!answer.ok) {
        say(`Not logged in: ${message}`, true);
        return;
      }
      const ids = await own(token);
      const filled = Object.keys(EXAMPLES).filter(name => ids[name]);
      const text = filled.reduce((text, name) => text.replaceAll(EXAMPLES[name], ids[name]), description);
      ui.specActions.updateSpec(text);
      ui.specActions.updateJsonSpec(JSON.parse(text));
      ui.preauthorizeApiKey('bearerAuth', token);
      say('Logged in. The examples have the ids of your organization.', false);
    } catch (error) {
      say(`Not logged in: ${error.message}`, true);
    }
  });
}

start();
