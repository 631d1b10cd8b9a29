'use strict';

// What the description's examples have in the place of the service's own values.
const EXAMPLES = {
  organization: '0197f2c8d0a07c53b0d1f1f4b0c7a001',
  location: '0197f2c8d0a07c53b0d1f1f4b0c7a002',
  service: '0197f2c8d0a07c53b0d1f1f4b0c7a003',
  customer: '0197f2c8d0a07c53b0d1f1f4b0c7a004',
  realm: 'realm.example.org',
};

// Parameters that the page fills in: with which value, and when.
const BY_ISSUE_TOKEN = 'Execute `issueToken` first: its token is filled in here.';
const BY_LOGIN = 'Log in above to have it filled in.';
const FILLED_IN = {
  org: ['organization', BY_LOGIN],
  serviceId: ['service', BY_LOGIN],
  lid: ['location', `${BY_LOGIN} \`createLocation\` fills in a new one.`],
  cid: ['customer', `${BY_LOGIN} \`createCustomer\` fills in a new one.`],
  token: ['token', BY_ISSUE_TOKEN],
  accountId: ['token', BY_ISSUE_TOKEN],
  realm: ['realm', `${BY_LOGIN} It is in the Passpoint settings of the organization.`],
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

// What the examples stand for, in the service's own organization. A customer is null where there is none yet.
async function own(token) {
  const service = JSON.parse(atob(token.split('.')[1])).iss;
  const organization = await ask(`../v1/sts/services/${service}`, token, it => it.domains.service.organizations[0]);
  const settings = await ask(`../v1/organizations/${organization}/settings`, token, it => it);
  const customers = `../v2/customers/organizations/${organization}?size=1`;
  return {
    organization,
    location: settings?.defaultLocationId,
    service,
    customer: await ask(customers, token, it => it.customers[0]?.cid ?? null),
    realm: settings?.passpoint?.realm,
    settings,
  };
}

function* operations(description) {
  for (const [path, item] of Object.entries(description.paths)) {
    for (const [method, operation] of Object.entries(item)) yield { path, method, operation };
  }
}

// Swagger UI sends every example of a parameter, and an optional parameter is seldom wanted: its example is told instead.
function withoutPrefilledParameters(description) {
  for (const { operation } of operations(description)) {
    for (const parameter of operation.parameters ?? []) {
      const [, when] = FILLED_IN[parameter.name] ?? [];
      if (!when && parameter.required) continue;
      const text = when ?? (parameter.example === undefined ? '' : `Example: \`${parameter.example}\`.`);
      if (text) parameter.description = `${(parameter.description ?? '').replace(/\.$/, '')}. ${text}`;
      delete parameter.example;
    }
  }
  return description;
}

// Puts values into the parameters that stand for them, also where an operation is unfolded already.
function fillIn(ui, values) {
  const json = ui.specSelectors.specJson();
  for (const { path, method, operation } of operations(json.toJS())) {
    for (const [index, parameter] of (operation.parameters ?? []).entries()) {
      const value = values[FILLED_IN[parameter.name]?.[0]];
      const known = json.getIn(['paths', path, method, 'parameters', index]);
      if (value) ui.specActions.changeParamByIdentity([path, method], known, value, false);
    }
  }
}

// The ids in bodies of operations that are unfolded already.
function replaceInBodies(ui, replaced) {
  for (const { path, method } of operations(ui.specSelectors.specJson().toJS())) {
    const value = ui.oas3Selectors.requestBodyValue(path, method);
    if (typeof value === 'string') {
      ui.oas3Actions.setRequestBodyValue({ value: replaced(value), pathMethod: [path, method] });
    }
  }
}

// The settings as they are, to be edited: the example would take the demonstration's certificate away.
function withOwnSettings(description, settings) {
  const content = description.paths['/v1/organizations/{org}/settings'].put.requestBody.content['application/json'];
  const members = Object.keys(content.example);
  if (settings) content.example = Object.fromEntries(members.map(name => [name, settings[name] ?? null]));
  return description;
}

// What an answer has that other operations need.
function learned({ ok, url, body }) {
  const path = new URL(url, location.href).pathname;
  if (!ok || typeof body !== 'object') return {};
  if (path.endsWith('/v3/customers')) return { customer: body.id };
  if (path.endsWith('/locations')) return { location: body.id };
  if (/\/v2\/customers\/[^/]+\/token$/.test(path)) return { token: body.token };
  return {};
}

function loggedIn({ customer }) {
  const text = 'Logged in. The examples have the ids of your organization.';
  if (customer) return text;
  const why = customer === null ? 'There is no customer yet' : 'Your service may not list customers';
  return `${text} ${why}: execute createCustomer, and its id is filled in.`;
}

// Swagger UI takes an example of several lines of JSON for one JSON string, and puts it into quotes.
const linesOfJson = {
  afterLoad() {
    const sample = this.fn.getSampleSchema;
    this.fn.getSampleSchema = (schema, type, config, example) =>
      type === 'application/x-ndjson' && typeof example === 'string' ? example : sample(schema, type, config, example);
  },
};

// Swagger UI has dark colours, and leaves it to the page when to use them.
function followColourScheme() {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
  dark.addEventListener('change', follow);
  follow();
}

async function start() {
  followColourScheme();
  const description = withoutPrefilledParameters(await (await fetch('../openapi.json')).json());
  const ui = SwaggerUIBundle({
    spec: description,
    dom_id: '#interface',
    deepLinking: true,
    tryItOutEnabled: true,
    defaultModelsExpandDepth: 0,
    presets: [SwaggerUIBundle.presets.apis],
    plugins: [linesOfJson],
    layout: 'BaseLayout',
    responseInterceptor: answer => {
      fillIn(ui, learned(answer));
      return answer;
    },
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
      const values = await own(token);
      const names = Object.keys(EXAMPLES).filter(name => values[name]);
      const replaced = text => names.reduce((text, name) => text.replaceAll(EXAMPLES[name], values[name]), text);
      const text = replaced(JSON.stringify(withOwnSettings(structuredClone(description), values.settings)));
      ui.specActions.updateSpec(text);
      ui.specActions.updateJsonSpec(JSON.parse(text));
      ui.preauthorizeApiKey('bearerAuth', token);
      fillIn(ui, values);
      replaceInBodies(ui, replaced);
      say(loggedIn(values), false);
    } catch (error) {
      say(`Not logged in: ${error.message}`, true);
    }
  });
}

start();
